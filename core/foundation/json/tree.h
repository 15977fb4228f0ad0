// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <expected>
#include <string_view>

#include "core/foundation/json/document.h"
#include "core/foundation/json/value.h"

namespace signalbox::json {

constexpr int kMaxTreeDepth = 256;

/// A request or an answer that has to be translated, as a tree: strict JSON, an object or an array,
/// any size, at most kMaxTreeDepth levels. Values know no line; of members with one name all are kept. Bytes
/// that are not UTF-8 become '?', halves of surrogate pairs U+FFFD.
std::expected<Value, SyntaxError> readTree(std::string_view text);

} // namespace signalbox::json
