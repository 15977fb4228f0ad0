// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::chat {

/// Reads the `messages` of a Chat request, one after the other: what answers a call learns the call's name,
/// and calls of the old kind (function_call), which have no ids, get some. One request, one reader.
class MessageReader
{
public:
    /// Errors are InvalidArgument and name the member.
    base::Result<std::vector<neutral::Message>> read(const std::vector<json::Value> &messages);

private:
    base::Result<void> take(const json::Value &message, const std::string &path);
    base::Result<void> takeAssistant(const json::Value &message, const std::string &path,
                                     neutral::Message &out);
    void takeCalls(const json::Value &message, neutral::Message &out);
    base::Result<void> takeResult(const json::Value &message, const std::string &path);
    std::string nameOf(std::string_view callId) const;
    std::string idForResult(const json::Value &message) const;

    std::vector<neutral::Message> m_messages;
    std::vector<std::pair<std::string, std::string>> m_calls; ///< id and name
    std::vector<std::string> m_custom;                        ///< ids of calls to custom tools
};

/// The parts of a `content`: a text, parts, or nothing.
base::Result<std::vector<neutral::Part>> readContent(const json::Value &content, const std::string &path);

/// What a message or a delta says of its reasoning under any of the vendors' names; empty: nothing.
std::string reasoningText(const json::Value &message);

/// A `tool_calls` entry without its id. `custom` calls keep their input as it is.
neutral::ToolCall readCall(const json::Value &call);

} // namespace signalbox::chat
