// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

// Streams and answers as providers write them, for the tests of the chat dialect.
namespace signalbox::test {

/// `data: …` and a blank line for each.
std::string sse(const std::vector<std::string> &events);
/// A chunk whose first choice has that delta, and a finish reason if one is given.
std::string chunk(const std::string &delta, const std::string &finishReason = {});
/// A chunk with that text.
std::string says(std::string_view text);

struct Sample {
    const char *name;
    std::string stream;
    std::string whole; ///< what it comes to
};
/// As recorded of OpenAI, Azure, xAI, DeepSeek, Groq, Mistral, Qwen, Moonshot, Perplexity and relays.
std::vector<Sample> recordedStreams();

} // namespace signalbox::test
