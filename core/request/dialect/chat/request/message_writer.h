// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/neutral/drop_list.h"

namespace signalbox::chat {

/// What the provider takes beyond the specification, by the names that RequestContext::accepts uses.
struct Accepts {
    explicit Accepts(const std::vector<std::string> &names);
    bool cacheControl;     ///< cache_control: on parts and tools
    bool cacheBreakpoint;  ///< prompt_cache_breakpoint: on parts
    bool reasoningContent; ///< reasoning_content: on messages
    bool reasoning;        ///< message_reasoning: `reasoning` on messages, as OpenRouter and Groq have it
    bool reasoningDetails; ///< reasoning_details: on messages
    bool extraContent;     ///< extra_content: on tool calls, Google's
    bool customTools;      ///< custom_tools
    bool videoUrl;         ///< video_url
    bool allowedTools;     ///< allowed_tools: as a choice, OpenAI's
    bool topK;             ///< top_k
    bool minP;             ///< min_p
    bool reasoningObject;  ///< reasoning: of a request, OpenRouter's
    bool thinkingObject;   ///< thinking: of a request, DeepSeek's, Moonshot's and Z.ai's
};

/// Writes `messages`. What stands between tool calls and their results, and what a result holds beside text,
/// comes behind all results of the turn. One request, one writer.
class MessageWriter
{
public:
    MessageWriter(const neutral::Conversation &conversation, const Accepts &accepts, neutral::DropList &drops)
        : m_conversation(conversation), m_accepts(accepts), m_drops(drops)
    {}
    json::Value write();

private:
    json::Value contentOf(const std::vector<neutral::Part> &parts, bool mediaToo);
    json::Value joined(std::vector<json::Value> parts) const;
    std::optional<json::Value> partOf(const neutral::Part &part, bool mediaToo);
    std::optional<json::Value> mediaOf(const neutral::Media &media);
    std::optional<json::Value> documentOf(const neutral::Media &media);
    void markCache(json::Value &part, const std::optional<neutral::CacheMark> &mark);
    void writePlain(const neutral::Message &message);
    void writeAssistant(const neutral::Message &message);
    void writeReasoning(const std::vector<neutral::Part> &parts, json::Value &out);
    json::Value callOf(const neutral::ToolCall &call);
    void writeResults(const neutral::Message &message);
    void flushMedia();

    const neutral::Conversation &m_conversation;
    const Accepts &m_accepts;
    neutral::DropList &m_drops;
    json::Value m_out = json::Value::array();
    std::vector<json::Value> m_resultMedia; ///< of the tool messages just written
};

} // namespace signalbox::chat
