// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::responses {

/// The Response object of a whole answer: what its stream would have ended with.
neutral::Written writeAnswer(const neutral::Answer &answer, const neutral::AnswerContext &context);

} // namespace signalbox::responses
