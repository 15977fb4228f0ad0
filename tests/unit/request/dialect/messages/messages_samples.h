// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/neutral/codec.h"

// What the tests of this dialect share.
namespace signalbox::test::messages {

/// A file of tests/data/dialect/messages.
std::string dataFile(const std::string &name);

/// The items of a stream, fed in pieces of `step` bytes (0: at once); whether finish() is called at the end.
std::vector<neutral::StreamItem> readStream(std::string_view stream, std::size_t step = 0,
                                            bool finish = true);

/// One line per item.
std::string describe(const std::vector<neutral::StreamItem> &items);

/// The whole events of a stream, each with its blank line.
std::vector<std::string> eventsOf(std::string_view stream);

/// What a writer makes of the items.
std::string writeStream(const std::vector<neutral::StreamItem> &items, const neutral::AnswerContext &context,
                        std::vector<std::string> *dropped = nullptr);

std::string joined(const std::vector<std::string> &names);

} // namespace signalbox::test::messages
