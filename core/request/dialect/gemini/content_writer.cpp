// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/content_writer.h"

#include <algorithm>

#include "core/request/dialect/gemini/part_writer.h"
#include "core/request/dialect/gemini/words.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::Message;
using neutral::Part;
using neutral::Role;

class ContentWriter
{
public:
    ContentWriter(const neutral::RequestContext &context, neutral::DropList &drops)
        : m_ids(std::ranges::find(context.accepts, "function_call_id") != context.accepts.end()),
          m_signed(thinksByLevel(context.model)),
          m_drops(drops)
    {}

    void take(const Message &message)
    {
        m_drops.addIf(!message.name.empty(), "name");
        if (message.role == Role::Tool) {
            takeResults(message);
            return;
        }
        flushMedia();
        const bool system = message.role == Role::System || message.role == Role::Developer;
        std::vector<Value> parts = partsOf(message);
        if (parts.empty()) {
            return;
        }
        if (system && m_out.contents.items().empty()) {
            for (Value &part : parts) {
                m_systemParts.push_back(std::move(part));
            }
        } else {
            add(message.role == Role::Assistant ? "model" : "user", std::move(parts));
        }
    }

    Contents done()
    {
        flushMedia();
        if (m_out.contents.items().empty() && !m_systemParts.empty()) {
            add("user", std::move(m_systemParts)); // it wants something to answer
            m_systemParts.clear();
        }
        if (!m_systemParts.empty()) {
            m_out.system = Value::object();
            m_out.system.add("parts", Value::array(std::move(m_systemParts)));
        }
        return std::move(m_out);
    }

private:
    void add(std::string_view role, std::vector<Value> parts)
    {
        if (role == "model" && m_out.contents.items().empty()) {
            add("user", {textPart(std::string(neutral::kOpener))});
        }
        Value content = Value::object();
        content.add("role", Value::string(std::string(role)));
        content.add("parts", Value::array(std::move(parts)));
        m_out.contents.append(std::move(content));
    }

    std::vector<Value> partsOf(const Message &message)
    {
        const bool assistant = message.role == Role::Assistant;
        const bool anySigned = std::ranges::any_of(message.parts, [](const Part &part) {
            const auto *call = std::get_if<neutral::ToolCall>(&part.what);
            return call && !call->signature.empty();
        });
        bool wantsSignature = m_signed && !anySigned;
        std::vector<Value> out;
        for (const Part &part : message.parts) {
            auto written = writePart(part, m_ids, m_drops);
            if (!written) {
                continue;
            }
            if (const auto *call = std::get_if<neutral::ToolCall>(&part.what); call && assistant) {
                m_names.emplace_back(call->id, call->name);
                if (wantsSignature) { // of calls made together the first is signed
                    written->add("thoughtSignature", Value::string(std::string(kNoSignature)));
                    wantsSignature = false;
                }
            }
            out.push_back(std::move(*written));
        }
        return out;
    }

    std::string nameOf(const neutral::ToolResult &result) const
    {
        for (std::size_t i = m_names.size(); i-- > 0;) {
            if (m_names[i].first == result.callId) {
                return m_names[i].second;
            }
        }
        return result.name.empty() ? result.callId : result.name;
    }

    void takeResults(const Message &message)
    {
        std::vector<Value> parts;
        for (const Part &part : message.parts) {
            m_drops.addIf(part.cache.has_value(), "cache_control");
            if (const auto *result = std::get_if<neutral::ToolResult>(&part.what)) {
                parts.push_back(resultPart(*result));
            }
        }
        if (!parts.empty()) {
            add("user", std::move(parts));
        }
    }

    Value resultPart(const neutral::ToolResult &result)
    {
        std::string text;
        for (const auto &piece : result.content) {
            if (const auto *one = std::get_if<neutral::Text>(&piece)) {
                text += (text.empty() ? "" : "\n") + one->text;
            } else if (auto media = writeMedia(std::get<neutral::Media>(piece), m_drops)) {
                m_media.push_back(std::move(*media));
            }
        }
        Value response = Value::object();
        response.add(result.error ? "error" : "result", Value::string(std::move(text)));
        Value inside = Value::object();
        if (m_ids) {
            neutral::addText(inside, "id", result.callId);
        }
        inside.add("name", Value::string(nameOf(result)));
        inside.add("response", std::move(response));
        Value out = Value::object();
        out.add("functionResponse", std::move(inside));
        return out;
    }

    /// What results showed besides text, behind all of them.
    void flushMedia()
    {
        if (!m_media.empty()) {
            add("user", std::move(m_media));
            m_media.clear();
        }
    }

    bool m_ids;
    bool m_signed;
    neutral::DropList &m_drops;
    Contents m_out{.system = {}, .contents = Value::array()};
    std::vector<Value> m_systemParts;
    std::vector<Value> m_media;
    std::vector<std::pair<std::string, std::string>> m_names; ///< of calls, by id
};
} // namespace

Contents writeContents(const neutral::Conversation &conversation, const neutral::RequestContext &context,
                       neutral::DropList &drops)
{
    ContentWriter writer(context, drops);
    for (const Message &message : conversation.messages) {
        writer.take(message);
    }
    return writer.done();
}

} // namespace signalbox::gemini
