// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/traits.h"

#include <algorithm>
#include <string_view>

#include "core/foundation/json/splice.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/fnv1a.h"
#include "core/request/dialect/neutral/token_count.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::neutral {

namespace {
std::size_t sizeOfMember(std::string_view name, const std::string &value)
{
    return value.empty() ? 0 : name.size() + 4 + json::quoted(value).size(); // quotes, colon, comma
}

/// The bytes of what Chat says of it: {"url":"data:image/png;base64,…","detail":"low"} and the like.
std::size_t chatSize(const Media &media)
{
    const std::string head = "data:" + media.mime + ";base64,";
    const std::size_t data = media.data.empty() ? 0 : media.data.size() + 2; // with its quotes
    std::size_t size = 1;                                                    // two braces, one comma too many
    switch (media.kind) {
    case Media::Kind::Image:
        size += data > 0 ? data + head.size() + std::string_view("\"url\":,").size()
                         : sizeOfMember("url", media.url);
        return size + sizeOfMember("detail", media.detail);
    case Media::Kind::Audio: {
        const std::size_t slash = media.mime.find('/');
        const std::string format = slash == std::string::npos ? media.mime : media.mime.substr(slash + 1);
        size += data > 0 ? data + std::string_view("\"data\":,").size() : 0;
        return size + sizeOfMember("format", format);
    }
    case Media::Kind::Video:
    case Media::Kind::Document:
        break;
    }
    size += data > 0 ? data + head.size() + std::string_view("\"file_data\":,").size() : 0;
    return size + sizeOfMember("file_id", media.fileId) + sizeOfMember("filename", media.name)
           + sizeOfMember("url", media.url);
}

class Gatherer
{
public:
    explicit Gatherer(dialect::RequestTraits &out) : m_out(out) {}

    void take(const Message &message)
    {
        m_system = message.role == Role::System || message.role == Role::Developer;
        m_media.clear();
        const std::size_t begin = m_out.allText.size();
        for (const Part &part : message.parts) {
            std::visit(*this, part.what);
        }
        const std::size_t size = m_out.allText.size() - begin;
        const std::string_view said =
            std::string_view(m_out.allText).substr(begin, size - std::min<std::size_t>(size, 1));
        const bool user = message.role == Role::User;
        if (m_system) {
            m_out.system.append(m_out.system.empty() ? "" : "\n").append(said);
        } else if (message.role == Role::Tool) {
            m_out.turns += static_cast<int>(message.parts.size());
            m_out.toolResults += static_cast<int>(message.parts.size());
        } else {
            ++m_out.turns;
        }
        if (user) {
            m_out.lastUser = said;
        }
        if (!m_userSeen && (m_system || user)) {
            m_session.add(said);
            m_session.add("\x1f" + m_media);
            m_userSeen = user;
        }
    }

    void finish()
    {
        if (m_userSeen || !m_out.system.empty()) {
            m_out.session = m_session.hex();
        }
    }

    void operator()(const Text &text) { add(text.text); }
    void operator()(const Refusal &refusal) { add(refusal.text); }
    void operator()(const ToolCall &call) { add(call.arguments); }
    void operator()(const Reasoning &reasoning)
    {
        add(reasoning.text);
        std::ranges::for_each(reasoning.parts, [this](const std::string &part) { add(part); });
    }
    void operator()(const Media &media)
    {
        m_out.images |= media.kind == Media::Kind::Image;
        m_out.audio |= media.kind == Media::Kind::Audio;
        if (media.text.empty()) {
            m_media += std::to_string(chatSize(media)) + ",";
        } else {
            add(media.text);
        }
    }
    void operator()(const ToolResult &result)
    {
        for (const auto &one : result.content) {
            std::visit(*this, one);
        }
    }
    void operator()(const Foreign &foreign)
    {
        if (!m_system) {
            add(json::writeCompact(foreign.value));
        }
    }

private:
    void add(std::string_view piece)
    {
        if (!piece.empty()) {
            m_out.allText.append(piece).push_back('\n');
        }
    }

    dialect::RequestTraits &m_out;
    std::string m_media; ///< sizes of what is no text in the message
    dialect::Fnv1a m_session;
    bool m_system = false;
    bool m_userSeen = false;
};

/// Chat asks for spoken answers in a member that has no place of its own.
bool asksForAudio(const Conversation &conversation)
{
    return std::ranges::any_of(conversation.rest, [](const json::Member &one) {
        return one.name == "modalities"
               && std::ranges::any_of(one.value.items(),
                                      [](const json::Value &item) { return item.text() == "audio"; });
    });
}
} // namespace

dialect::RequestTraits traitsOf(const Conversation &conversation)
{
    dialect::RequestTraits out;
    Gatherer gatherer(out);
    for (const Message &message : conversation.messages) {
        gatherer.take(message);
    }
    gatherer.finish();
    out.promptTokens = countTokens(conversation).total();
    out.maxOutput = std::max<std::int64_t>(conversation.maxOutput.value_or(0), 0);
    out.toolCount = static_cast<int>(conversation.tools.size());
    out.tools = out.toolCount > 0;
    out.audio |= asksForAudio(conversation);
    out.jsonSchema = conversation.format.kind == OutputFormat::Kind::JsonSchema;
    return out;
}

} // namespace signalbox::neutral
