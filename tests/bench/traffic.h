// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "tests/bench/journal.h"

namespace signalbox::bench {

/// The texts that both sides know, so that each can check every byte of the other. All are made from the
/// request's number: no two prompts and no two answers are the same.

struct Ask {
    std::string model;
    bool stream = false;
    std::size_t promptBytes = 200;
};

std::string requestBody(const Ask &ask, Id id);

struct Asked {
    Id id;
    std::string_view model;
    bool stream;
};
/// Throws Failure unless this is, byte by byte, what requestBody() makes for that number and the model in it.
Asked readRequestBody(std::string_view body);

std::string wholeAnswer(Id id); ///< 1 KB

// A stream is its opening, chunks of one size each, and its end.
std::string streamOpening(Id id);
std::string streamChunk(Id id, int number);
std::string streamEnd(Id id, const StreamShape &shape);

} // namespace signalbox::bench
