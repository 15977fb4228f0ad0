// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::responses {

/// Writes messages as the items of `input`. One request, one thread.
class InputWriter
{
public:
    InputWriter(const neutral::Conversation &conversation, bool cacheMarks, std::vector<std::string> &dropped)
        : m_conversation(conversation), m_cacheMarks(cacheMarks), m_dropped(dropped)
    {}
    /// From the message of that number on. InvalidArgument: it cannot be said, and not be left out either.
    base::Result<json::Value> write(std::size_t from);

private:
    void writeGiven(const neutral::Message &message);
    void writeAssistant(const neutral::Message &message);
    void writeResults(const neutral::Message &message);
    json::Value toolOutput(const neutral::ToolResult &result);
    std::optional<json::Value> inputPart(const neutral::Part &part);
    std::optional<json::Value> media(const neutral::Media &media);
    void writeReasoning(const neutral::Reasoning &reasoning);
    void mark(json::Value &content, const neutral::Part &part);
    void drop(std::string_view name);

    const neutral::Conversation &m_conversation;
    bool m_cacheMarks;
    std::vector<std::string> &m_dropped;
    json::Value m_items;
    std::string m_unsayable; ///< what cannot be left out
};

} // namespace signalbox::responses
