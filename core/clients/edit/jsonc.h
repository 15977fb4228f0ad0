// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/foundation/json/splice.h"
#include "core/foundation/json/value.h"

namespace signalbox::edit {

/// A value of JSON with comments and trailing commas, and where each part of it stands.
struct JsoncNode {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    json::Value::Type type = json::Value::Type::Null;
    json::Span at;              ///< of the value
    std::string name;           ///< of a member, unescaped
    std::size_t nameAt = kNone; ///< its opening quote
    std::size_t comma = kNone;  ///< behind the value
    std::string text;           ///< of strings and numbers
    bool flag = false;
    std::vector<JsoncNode> children;

    /// Where it begins with its name.
    std::size_t begin() const { return nameAt == kNone ? at.begin : nameAt; }
};

/// Grammar: RFC 8259, with // and /* */ comments wherever white space may stand, a comma behind the last
/// member or element, and a byte order mark. At most 64 levels. A text with nothing but white space and
/// comments is a null of no length at its end.
base::Result<JsoncNode> parseJsonc(std::string_view text);

json::Value toValue(const JsoncNode &node);

/// Behind the comments that follow on the same line; `at` itself if none does.
std::size_t behindLineComments(std::string_view text, std::size_t at);

} // namespace signalbox::edit
