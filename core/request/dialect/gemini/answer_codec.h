// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::gemini {

/// The answer of generateContent, or the array of chunks that streamGenerateContent sends where it was not
/// asked for events. Corrupt: it is none, tells of a failure, or does not say why it ended.
base::Result<neutral::Answer> readAnswer(std::string_view body);
neutral::Written writeAnswer(const neutral::Answer &answer, const neutral::AnswerContext &context);

} // namespace signalbox::gemini
