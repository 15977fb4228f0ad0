// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/request/dialect/neutral/conversation.h"
#include "core/request/dialect/neutral/drop_list.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::messages {

using neutral::boolOf;
using neutral::integerOf;
using neutral::numberOf;
using neutral::objectOf;
using neutral::textOf;

/// The member if it is an array.
const json::Value *arrayOf(const json::Value &object, std::string_view name);
json::Value string(std::string_view text);
/// {"type": type}, to be added to.
json::Value typed(std::string_view type);
json::Value textBlock(std::string_view text);
/// Anthropic refuses text without anything in it.
bool isBlank(std::string_view text);

/// Writes the blocks of a request for one conversation. Nothing where a part cannot be said; its name then
/// stands in `dropped`, in the words of the client's dialect. Not for several threads.
class BlockWriter
{
public:
    BlockWriter(base::Dialect origin, bool keepsUnsigned, neutral::DropList &dropped)
        : m_origin(origin), m_keepsUnsigned(keepsUnsigned), m_dropped(dropped)
    {}

    /// Of every kind but ToolCall and ToolResult, whose ids are known to the conversation only.
    std::optional<json::Value> write(const neutral::Part &part, neutral::Role role) const;
    std::optional<json::Value> writeMedia(const neutral::Media &media) const;
    /// `id`: the one that it has here.
    json::Value writeCall(const neutral::ToolCall &call, const std::string &id) const;
    json::Value writeResult(const neutral::ToolResult &result, const std::string &id) const;
    /// The texts of a result as text, for one that answers no call.
    static std::string textOfResult(const neutral::ToolResult &result);

private:
    std::optional<json::Value> writeReasoning(const neutral::Reasoning &reasoning) const;
    std::optional<json::Value> mediaSource(const neutral::Media &media) const;
    std::optional<json::Value> documentSource(const neutral::Media &media) const;
    const char *reasoningWord() const;

    base::Dialect m_origin;
    bool m_keepsUnsigned;
    neutral::DropList &m_dropped;
};

void addCacheMark(json::Value &object, const std::optional<neutral::CacheMark> &mark);
/// The object that a tool's input has to be: what is none is wrapped, as {"input": …} of a custom tool and
/// also of text that is broken; nothing at all is {}.
json::Value inputOf(const neutral::ToolCall &call);

} // namespace signalbox::messages
