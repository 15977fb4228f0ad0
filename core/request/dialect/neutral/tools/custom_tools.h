// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/neutral/answer.h"

// Tools whose input is free text (Codex's apply_patch), for providers that have functions only: there such a
// tool is a function with one string, `input`.
namespace signalbox::neutral {

/// The conversation with functions in place of custom tools, their calls and results. What a tool's grammar
/// asks for is said in its description.
Conversation withoutCustomTools(Conversation conversation);

/// The text in a call's arguments: that of `input`, or of the only string; what is cut off as far as it goes,
/// and what is no such object as it stands.
std::string customInput(std::string_view arguments);

/// Takes {"input":"…"} apart as it comes. One call, one thread.
class CustomInput
{
public:
    /// What is new of the input.
    std::string grow(std::string_view arguments);
    /// What could not be told before the end.
    std::string end();
    /// The input has begun.
    bool entered() const { return m_state == State::Inside || m_state == State::After; }

private:
    enum class State { Before, Inside, After, Other };
    bool enter();
    std::string decode();

    State m_state = State::Before;
    std::string m_raw; ///< not decoded yet
};

/// The way back: calls in an answer, whole or as it streams, that the request knows as custom tools. Made
/// from the request as the client sent it. One answer, one thread.
class CustomCalls
{
public:
    explicit CustomCalls(const Conversation &request);
    /// False: there is nothing to bring back.
    bool any() const { return !m_names.empty(); }

    void restore(Answer &answer) const;
    /// Appends what the item becomes.
    void take(StreamItem item, std::vector<StreamItem> &out);

private:
    bool isCustom(const ToolCall &call) const { return !call.custom && m_names.contains(call.name); }
    bool takeGrowth(const PartGrows &grows, std::vector<StreamItem> &out);

    std::set<std::string> m_names;
    std::map<int, CustomInput> m_open; ///< by part
};

} // namespace signalbox::neutral
