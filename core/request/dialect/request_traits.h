// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace signalbox::dialect {

/// What a conversation looks like from outside, for rules, conditions and scoring: whichever dialect it came
/// in. Texts point nowhere: they are copies, made only for chains that need them, and never leave memory.
struct RequestTraits {
    std::int64_t promptTokens = 0; ///< an estimate
    std::int64_t maxOutput = 0;    ///< the output the client allows; 0: it did not say
    bool tools = false;
    bool images = false;
    bool audio = false;
    bool jsonSchema = false; ///< response_format with a schema
    int turns = 0;           ///< messages, system aside
    int toolCount = 0;
    int toolResults = 0;  ///< messages that are results of tools
    std::string system;   ///< system and developer text, joined by line ends
    std::string lastUser; ///< text of the last user turn
    std::string allText;  ///< every text of the conversation, tool arguments and results included
    std::string session;  ///< stable over the turns of one conversation: a hash of system and first user turn
};

} // namespace signalbox::dialect
