// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::translate {

/// The codec of a dialect. Of those that are no conversation: Chat's, whose errors have their shape.
const neutral::Codec &codecFor(base::Dialect dialect);

/// Would clients of the dialect take `body` for a refusal as it is?
bool isFailure(base::Dialect dialect, std::string_view body);

} // namespace signalbox::translate
