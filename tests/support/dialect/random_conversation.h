// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::test {

/// What a dialect can say, beyond texts between user and model, functions, their calls and results.
struct Vocabulary {
    base::Dialect origin = base::Dialect::Chat; ///< of the conversation and of what is opaque
    // Messages
    bool developer = false;
    bool systemAnywhere = false; ///< else only as the first message
    bool names = false;
    bool severalTexts = false; ///< a message may hold more than one
    bool cacheMarks = false;
    // Parts
    bool images = false;    ///< by their bytes
    bool imageUrls = false; ///< by https
    bool imageDetail = false;
    bool fileIds = false;
    bool audio = false;
    bool video = false;
    bool documents = false;
    bool reasoning = false;          ///< plain text, before the rest
    bool reasoningSignature = false; ///< with a signature of `origin`
    bool refusals = false;
    bool customTools = false;
    bool callSignatures = false;
    bool callIds = true; ///< else ids are "call_N" counted from 0, as a reader makes them up
    bool resultMedia = false;
    bool resultError = false;
    bool objectArguments = false; ///< arguments are always an object in compact form
    // Members
    bool strict = false;
    bool allowedTools = false;
    bool parallelTools = false;
    bool formats = false;    ///< json_object and json_schema with name, description and strict
    bool schemaOnly = false; ///< formats, but of json_schema only the schema
    bool effort = false;
    bool budget = false; ///< instead of an effort
    bool includeThoughts = false;
    bool topK = false;
    bool minP = false;
    bool penalties = false;
    bool seed = false;
    bool severalAnswers = false; ///< n
    bool logprobs = false;
    bool logitBias = false;
    std::size_t stops = 0; ///< most
    bool verbosity = false;
    bool user = false;
    bool cacheKey = false;
    bool serviceTier = false;
    bool metadata = false;
    bool store = false;
    bool maxCompletion = false;
    bool rest = false;
};

/// The same conversation for the same seed: messages that alternate as the strictest dialects want them,
/// every call answered, no empty text.
neutral::Conversation randomConversation(std::uint64_t seed, const Vocabulary &words);

/// Text with whatever is hard to quote: line ends, quotes, controls, other scripts, emoji. Never empty.
std::string randomText(std::uint64_t seed);

} // namespace signalbox::test
