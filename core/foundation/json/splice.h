// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::json {

/// A value's place in a text: bytes [begin, end).
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size() const { return end - begin; }
    bool operator==(const Span &) const = default;
};

/// Put `text` where `at` is; an empty span inserts.
struct Replacement {
    Span at;
    std::string text;
};

/// By place; those that insert at one place stay in their order, in front of one that replaces what is there.
/// For the few of one body.
void putInOrder(std::vector<Replacement> &replacements);

/// The text with the replacements made and every other byte as it was. They must be in order and not overlap.
std::string splice(std::string_view text, const std::vector<Replacement> &replacements);

/// `text` as a JSON string with its quotes. Bytes above 0x7f pass unchanged.
std::string quoted(std::string_view text);

} // namespace signalbox::json
