// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/record/events/token_usage.h"
#include "core/request/dialect/neutral/conversation.h"

// What a provider answers, in no dialect: whole, or item by item as it streams. Plain values, any thread.
namespace signalbox::neutral {

enum class Stop : std::uint8_t {
    None, ///< not said
    End,  ///< it had no more to say
    StopSequence,
    Length,    ///< the limit of output, or of the context
    ToolCalls, ///< also where a provider says "stop" after calling tools
    Filter,    ///< the provider cut it out
    Refusal,   ///< the model itself refused
    Pause,     ///< Anthropic's pause_turn: send it back to go on
    Failed,    ///< the provider gave up: Gemini's MALFORMED_FUNCTION_CALL, DeepSeek's insufficient…
};

struct Choice {
    int index = 0;
    std::vector<Part>
        parts; ///< in the order they were said: Text, Reasoning, ToolCall, Refusal, Media, Foreign
    Stop stop = Stop::None;
    std::string stopText;     ///< as the provider wrote it
    std::string stopSequence; ///< the one that was met
    json::Value logprobs;     ///< Chat's shape
    bool operator==(const Choice &) const = default;
};

struct Answer {
    base::Dialect origin = base::Dialect::Chat;
    std::string id;           ///< as the provider wrote it; a writer keeps it only if it fits its dialect
    std::string model;        ///< as the provider wrote it
    std::int64_t created = 0; ///< epoch seconds; 0: not said
    std::vector<Choice> choices;
    std::optional<events::TokenUsage> usage;
    std::string serviceTier;
    std::string fingerprint;
    bool operator==(const Answer &) const = default;
};

/// A failure as told to a client or by a provider inside a stream.
struct Failure {
    int status = 500; ///< what it would be as an answer of its own
    std::string message;
    std::string type; ///< OpenAI's words: invalid_request_error, rate_limit_error, server_error, …
    std::string code;
    std::string param;
    bool operator==(const Failure &) const = default;
};

// ---- The items of a stream. A part begins, grows and ends; several may be open at once (Chat's parallel
// tool calls): a writer whose dialect cannot say that keeps the later ones back. `part` numbers count from 0
// in the order of their begin, over all choices.

struct AnswerBegins { ///< first, once
    std::string id;
    std::string model;
    std::int64_t created = 0;
    std::string serviceTier;
    bool operator==(const AnswerBegins &) const = default;
};
struct PartBegins {
    int part = 0;
    int choice = 0;
    Part
        what; ///< its kind, with what is known: id and name of a call; texts are empty. Media, Foreign: whole
    bool operator==(const PartBegins &) const = default;
};
struct PartGrows {
    int part = 0;
    std::string text; ///< more of Text, Reasoning, Refusal, or a call's arguments
    bool operator==(const PartGrows &) const = default;
};
/// What comes late: the signature or encrypted form of Reasoning or a call, an annotation, or the next
/// summary part.
struct PartGains {
    enum class What : std::uint8_t { Signature, Encrypted, Annotation, NextSummaryPart };
    int part = 0;
    What what = What::Signature;
    std::string text;  ///< of Signature and Encrypted
    json::Value value; ///< of Annotation
    bool operator==(const PartGains &) const = default;
};
struct PartEnds {
    int part = 0;
    bool operator==(const PartEnds &) const = default;
};
struct ChoiceLogprobs {
    int choice = 0;
    json::Value value; ///< Chat's shape; more of it
    bool operator==(const ChoiceLogprobs &) const = default;
};
struct ChoiceEnds {
    int choice = 0;
    Stop stop = Stop::End;
    std::string stopText;
    std::string stopSequence;
    bool operator==(const ChoiceEnds &) const = default;
};
struct UsageKnown { ///< the totals so far; later ones replace earlier ones
    events::TokenUsage usage;
    bool operator==(const UsageKnown &) const = default;
};
struct AnswerFails { ///< nothing follows
    Failure failure;
    std::string body; ///< the provider's JSON of it
    bool operator==(const AnswerFails &) const = default;
};
struct AnswerEnds { ///< the provider's end marker; the answer is whole
    bool operator==(const AnswerEnds &) const = default;
};

using StreamItem = std::variant<AnswerBegins, PartBegins, PartGrows, PartGains, PartEnds, ChoiceLogprobs,
                                ChoiceEnds, UsageKnown, AnswerFails, AnswerEnds>;

} // namespace signalbox::neutral
