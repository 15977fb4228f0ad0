// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/json/splice.h"

// Places in a text that is known to be valid JSON, for changing it in place: nothing is built and nothing is
// checked. Of other texts the answers mean nothing, but no byte beyond their end is read.
namespace signalbox::json {

/// One member of an object.
struct MemberAt {
    Span name; ///< with its quotes
    Span value;
};

/// The outermost value, without the white space around it.
Span rootAt(std::string_view text);
/// The value that begins at `begin`.
Span valueAt(std::string_view text, std::size_t begin);
/// Of the object that is at `object`; none if it is no object.
std::vector<MemberAt> membersAt(std::string_view text, Span object);
/// The value of that name; where it is given more than once, the last.
std::optional<Span> memberAt(std::string_view text, Span object, std::string_view name);
/// Of the array that is at `array`; none if it is no array.
std::vector<Span> elementsAt(std::string_view text, Span array);

std::string_view slice(std::string_view text, Span at);
/// Whether the string at `string` says `wanted`.
bool says(std::string_view text, Span string, std::string_view wanted);

/// What a JSON string stands for; `string` begins with its quote. A surrogate without its other half becomes
/// U+FFFD.
std::string unescaped(std::string_view string);

} // namespace signalbox::json
