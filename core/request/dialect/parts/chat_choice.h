// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/parts/json_bag.h"
#include "core/request/dialect/parts/tool_call_slots.h"

namespace signalbox::parts {

/// The `content` of a chat message in the making: a text, or typed parts where a provider (Mistral) sends
/// those. Texts that follow one another become one.
class ChatContent
{
public:
    void take(std::string_view value);
    std::string value() const;

private:
    enum class Kind : std::uint8_t { Text, Thinking, Other };
    struct Part {
        Kind kind;
        std::string inside;
    };
    void add(Kind kind, std::string_view inside);
    void takePart(std::string_view part);

    bool m_isParts = false;
    bool m_isText = false;
    std::vector<Part> m_parts;
};

/// One choice of a whole chat answer, put together from the deltas of a stream.
class ChatChoice
{
public:
    explicit ChatChoice(int index) : m_index(index) {}
    int index() const { return m_index; }

    /// A delta, or a message that says all at once.
    void take(std::string_view delta);
    void takeLogprobs(std::string_view logprobs);
    void finish(std::string_view reason) { m_finishReason = reason; }
    /// Another member of the choice; the last word counts.
    void set(std::string_view name, std::string_view value) { m_rest.set(name, value); }

    void write(std::string &out) const;

private:
    struct Call {
        std::size_t slot = 0;
        bool custom = false;
        JsonBag members; ///< all but index and function
        JsonBag function;
        void write(std::string &out) const;
    };
    void takeCall(std::string_view value);
    static void takeFunction(JsonBag &bag, std::string_view value);
    static void merge(JsonBag &bag, std::string_view object);

    int m_index;
    std::string m_role = "\"assistant\"";
    ChatContent m_content;
    JsonBag m_message; ///< all but role, content and calls
    ToolCallSlots m_slots;
    std::vector<Call> m_calls;
    JsonBag m_functionCall;
    JsonBag m_audio;
    JsonBag m_logprobs;
    std::string m_finishReason = "null";
    JsonBag m_rest;
};

} // namespace signalbox::parts
