// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/neutral/answer.h"
#include "core/request/dialect/parts/json_check.h"
#include "core/request/dialect/parts/tool_call_slots.h"

namespace signalbox::chat {

/// Turns the deltas of a stream's choices into parts that begin, grow and end. Texts of one kind that follow
/// one another are one part; a call begins as soon as its name is known. One answer, one reader.
class DeltaReader
{
public:
    using Items = std::vector<neutral::StreamItem>;

    /// `answerId` gives calls without an id one.
    void setAnswerId(std::string_view id) { m_answerId = id; }
    void take(int choice, const json::Value &delta, Items &out);
    void endChoice(int choice, std::string_view finishReason, Items &out);
    /// Closes all that is open.
    void endAll(Items &out);
    bool ended(int choice) const;
    bool anyChoice() const { return !m_choices.empty(); }
    bool allEnded() const;
    /// Ends the choices that never said why they ended.
    void endRest(Items &out);

private:
    enum class Kind { None, Text, Reasoning, Refusal };
    struct Choice {
        int index = 0;
        Kind open = Kind::None;
        int part = -1;     ///< the open text's
        int lastText = -1; ///< the latest Text, if it is still open
        bool calls = false;
        bool ended = false;
    };
    struct Call {
        int choice = 0;
        int part = -1; ///< -1: its name is not known yet
        bool ended = false;
        neutral::ToolCall told;
        parts::JsonCheck check;
    };

    Choice &choiceOf(int index);
    void say(Choice &choice, Kind kind, const std::string &text, Items &out);
    void closeText(Choice &choice, Items &out);
    void takeContent(Choice &choice, const json::Value &content, Items &out);
    void takeAnnotations(Choice &choice, const json::Value &delta, Items &out);
    void whole(Choice &choice, neutral::Part part, Items &out);
    void takeCall(Choice &choice, const json::Value &call, bool old, Items &out);
    static bool isAnother(const Call &call, const neutral::ToolCall &said);
    void begin(Call &call, std::size_t slot, Items &out);
    void grow(Call &call, const std::string &arguments, Items &out);
    void endCalls(int choice, Items &out);
    void endWholeCalls(const Choice &choice, std::size_t but, Items &out);

    std::string m_answerId;
    int m_parts = 0;
    std::vector<Choice> m_choices;
    parts::ToolCallSlots m_slots;
    std::vector<Call> m_calls;
};

} // namespace signalbox::chat
