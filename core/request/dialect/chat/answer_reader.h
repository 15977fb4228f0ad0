// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/answer.h"

namespace signalbox::chat {

/// A whole Chat answer. Corrupt: it is none, or tells of a failure.
base::Result<neutral::Answer> readAnswer(std::string_view body);

} // namespace signalbox::chat
