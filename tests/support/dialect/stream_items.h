// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/random.h"
#include "core/request/dialect/neutral/codec.h"

namespace signalbox::test {

using Items = std::vector<neutral::StreamItem>;

struct StreamRead {
    Items items;
    bool garbled = false;
    bool operator==(const StreamRead &) const = default;
};

/// The items of a whole body, which arrives in pieces and ends well.
StreamRead readStream(const neutral::Codec &codec, std::string_view body, std::size_t piece = 1'000'000);

/// What a client of the codec gets for them.
std::string writeStream(const neutral::Codec &codec, const Items &items,
                        const neutral::AnswerContext &context);

/// One line per item; growths of one part that follow one another are one line.
std::string describe(const Items &items);

/// The answer that the items come to.
neutral::Answer assembled(const Items &items);

bool endsWhole(const Items &items);

/// What breaks the rules of a stream: its order, parts that grow before they begin or after they end. Empty:
/// nothing.
std::string flawIn(const Items &items);

/// The text with one to three bytes or words of JSON in the wrong place.
std::string mutated(std::string text, base::Random &random);

/// The text of a file in tests/data/dialect.
std::string dialectFile(const std::string &name);
/// Names of its files that end so, sorted, without that end.
std::vector<std::string> dialectFiles(const std::string &folder, const std::string &end);

} // namespace signalbox::test
