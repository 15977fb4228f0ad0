// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/outgoing/step_members.h"

#include <algorithm>
#include <array>

namespace signalbox::chain {

using base::Dialect;
using json::Value;

namespace {
constexpr std::string_view kGeminiHolder = "generationConfig";

/// One thing in each dialect's word; empty: it has none of its own.
struct Words {
    std::string_view chat;
    std::string_view responses;
    std::string_view messages;
    std::string_view gemini;
};
constexpr std::array kWords{
    Words{"max_tokens", "max_output_tokens", "max_tokens", "maxOutputTokens"},
    Words{"max_completion_tokens", "max_output_tokens", "max_tokens", "maxOutputTokens"},
    Words{"stop", "", "stop_sequences", "stopSequences"},
    Words{"temperature", "", "", "temperature"},
    Words{"top_p", "", "", "topP"},
    Words{"top_k", "", "", "topK"},
    Words{"seed", "", "", "seed"},
    Words{"presence_penalty", "", "", "presencePenalty"},
    Words{"frequency_penalty", "", "", "frequencyPenalty"},
};

std::string_view wordIn(const Words &words, Dialect dialect)
{
    return dialect == Dialect::Responses  ? words.responses
           : dialect == Dialect::Messages ? words.messages
           : dialect == Dialect::Gemini   ? words.gemini
                                          : std::string_view();
}

/// The object the member stands in; null: there is none.
Value *holderOf(Value &body, const MemberPlace &place, bool make)
{
    if (place.inside.empty()) {
        return &body;
    }
    if (make && !body.find(place.inside)) {
        body.set(place.inside, Value::object());
    }
    Value *const inside = body.find(place.inside);
    return inside && inside->is(Value::Type::Object) ? inside : nullptr;
}
} // namespace

MemberPlace placeOf(std::string_view word, Dialect dialect)
{
    const auto found = std::ranges::find(kWords, word, &Words::chat);
    const std::string_view theirs = found == kWords.end() ? std::string_view() : wordIn(*found, dialect);
    if (theirs.empty()) {
        return {{}, std::string(word)};
    }
    return {std::string(dialect == Dialect::Gemini ? kGeminiHolder : std::string_view()),
            std::string(theirs)};
}

void editMembers(Value &body, const config::StepConfig &step, Dialect dialect)
{
    for (const std::string &word : step.strip) {
        const MemberPlace place = placeOf(word, dialect);
        if (Value *const holder = holderOf(body, place, false)) {
            holder->take(place.name);
        }
    }
    for (const auto &[word, value] : step.set) {
        const MemberPlace place = placeOf(word, dialect);
        if (Value *const holder = holderOf(body, place, true)) {
            holder->set(place.name, value);
        }
    }
}

} // namespace signalbox::chain
