// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/events/token_usage.h"
#include "core/request/dialect/translate/answer_stream.h"

namespace signalbox::translate {

/// What an answer that came whole says, and what of it the client is to get.
struct WholeAnswer {
    bool readable = false; ///< it is an answer, or an error inside a success
    bool content = false;
    bool complete = false; ///< it is an answer
    bool refusal = false;
    bool error = false;
    bool looping = false;
    bool brokenToolCall = false;
    std::optional<events::TokenUsage> usage;
    std::string model;
    std::size_t contentBytes = 0;
    /// In the client's dialect: a body, or an event stream if it streams. Nothing: the client gets the
    /// provider's own bytes.
    std::optional<std::string> forClient;
    std::vector<std::string> dropped;
};

WholeAnswer readWholeAnswer(std::string_view body, const AnswerTerms &terms,
                            dialect::ChatFactsReader &reader);

} // namespace signalbox::translate
