// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/neutral/answer.h"
#include "core/request/dialect/neutral/codec.h"

// What the tests of the Responses codec share.
namespace signalbox::responses::test {

/// A file of tests/data/dialect/responses.
std::string sample(std::string_view name);
json::Value tree(std::string_view text);

/// What a reader makes of a stream fed in pieces of that size. `ended` false: as if cut off there.
std::vector<neutral::StreamItem> itemsOf(std::string_view stream, std::size_t piece = 1'000'000,
                                         bool ended = true);
/// One item a line, in words of its own.
std::string told(const std::vector<neutral::StreamItem> &items);
/// The data of each event of a stream.
std::vector<json::Value> eventsOf(std::string_view stream);

template<typename T>
bool holds(const std::vector<neutral::StreamItem> &items)
{
    for (const neutral::StreamItem &item : items) {
        if (std::holds_alternative<T>(item)) {
            return true;
        }
    }
    return false;
}

} // namespace signalbox::responses::test
