// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_traits.h"

#include <array>
#include <deque>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "core/foundation/json/scan.h"
#include "core/request/dialect/fnv1a.h"
#include "core/request/dialect/parts/json_text.h"
#include "core/request/dialect/parts/token_estimate.h"

namespace signalbox::dialect {

namespace {
namespace ondemand = simdjson::ondemand;
using Role = ChatOutline::Role;

constexpr std::size_t kKeepParserUpTo = 1024 * 1024;
constexpr int kMostNesting = 4; ///< of parts within parts
constexpr std::int64_t kTokensForTheAnswer = 3;

template<typename Visit>
void members(ondemand::value value, Visit visit)
{
    ondemand::object object;
    if (value.get_object().get(object)) {
        return;
    }
    for (auto entry : object) {
        ondemand::field field;
        if (std::move(entry).get(field)) {
            return;
        }
        visit(parts::nameText(field), field.value());
    }
}

template<typename Visit>
void elements(ondemand::value value, Visit visit)
{
    ondemand::array array;
    if (value.get_array().get(array)) {
        return;
    }
    for (auto entry : array) {
        ondemand::value element;
        if (std::move(entry).get(element)) {
            return;
        }
        visit(element);
    }
}

bool is(ondemand::value value, ondemand::json_type wanted)
{
    ondemand::json_type type;
    return !value.type().get(type) && type == wanted;
}

Role roleOf(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, Role>, 6> kRoles = {{{"user", Role::User},
                                                                          {"assistant", Role::Assistant},
                                                                          {"tool", Role::Tool},
                                                                          {"function", Role::Tool},
                                                                          {"system", Role::System},
                                                                          {"developer", Role::System}}};
    for (const auto &[text, role] : kRoles) {
        if (text == name) {
            return role;
        }
    }
    return Role::User;
}

/// One pass over a request.
class Pass
{
public:
    Pass(std::string_view text, RequestTraits &out, ChatOutline &outline)
        : m_text(text), m_out(out), m_outline(outline)
    {
        m_outline.otherTokens = kTokensForTheAnswer;
    }

    void topLevel(std::string_view key, ondemand::value value)
    {
        if (key == "messages") {
            elements(value, [this](ondemand::value one) { message(one); });
        } else if (key == "tools" || key == "functions") {
            const std::string_view raw = rawOf(value);
            m_out.toolCount += static_cast<int>(json::elementsAt(raw, {0, raw.size()}).size());
            m_outline.otherTokens += parts::estimateTokens(raw);
        } else if (key == "response_format") {
            responseFormat(value);
        } else if (key == "max_completion_tokens") {
            m_maxCompletionTokens = number(value);
        } else if (key == "max_tokens") {
            m_maxTokens = number(value);
        } else if (key == "modalities") {
            elements(value, [this](ondemand::value one) { m_out.audio |= text(one) == "audio"; });
        }
    }

    void finish()
    {
        m_out.tools = m_out.toolCount > 0;
        m_out.maxOutput = m_maxCompletionTokens > 0 ? m_maxCompletionTokens : m_maxTokens;
        m_out.lastUser = m_out.allText.substr(m_lastUserAt.begin, m_lastUserAt.size());
        m_out.promptTokens = m_outline.otherTokens;
        for (const ChatOutline::Message &one : m_outline.messages) {
            m_out.promptTokens += one.tokens;
        }
        if (m_userSeen || !m_out.system.empty()) {
            m_out.session = m_session.hex();
        }
    }

private:
    std::string_view text(ondemand::value value)
    {
        m_spare.clear();
        return parts::stringText(value, m_spare);
    }

    static std::int64_t number(ondemand::value value)
    {
        std::int64_t n = 0;
        return value.get_int64().get(n) || n < 0 ? 0 : n;
    }

    /// The value as it stands in the text; it remains unread, and the walk skips it.
    std::string_view rawOf(ondemand::value value) const
    {
        const auto begin = static_cast<std::size_t>(value.raw_json_token().data() - m_text.data());
        return json::slice(m_text, json::valueAt(m_text, begin));
    }

    void responseFormat(ondemand::value value)
    {
        const std::string_view raw = rawOf(value);
        const auto type = json::memberAt(raw, {0, raw.size()}, "type");
        if (type && json::says(raw, *type, "json_schema")) {
            m_out.jsonSchema = true;
            m_outline.otherTokens += parts::estimateTokens(raw);
        }
    }

    void add(std::string_view piece)
    {
        if (piece.empty()) {
            return;
        }
        m_message.tokens += parts::estimateTokens(piece);
        m_out.allText.append(piece);
        m_out.allText.push_back('\n');
    }

    /// Something that is no text: only its size tells it from another.
    void addMedia(std::int64_t tokens, std::size_t size)
    {
        m_message.tokens += tokens;
        m_media += std::to_string(size) + ",";
    }

    void message(ondemand::value value)
    {
        m_message = {};
        m_message.tokens = kTokensPerMessage;
        m_media.clear();
        const std::size_t begin = m_out.allText.size();
        members(value, [&](std::string_view key, ondemand::value member) {
            if (key == "role") {
                m_message.role = roleOf(text(member));
            } else {
                messageMember(key, member);
            }
        });
        json::Span at{begin, m_out.allText.size()};
        at.end -= at.size() > 0 ? 1 : 0; // the line end behind the last piece
        attribute(at);
        m_outline.messages.push_back(std::move(m_message));
    }

    void messageMember(std::string_view key, ondemand::value member)
    {
        if (key == "content") {
            content(member, 0);
        } else if (key == "reasoning_content" || key == "reasoning" || key == "refusal") {
            add(text(member));
        } else if (key == "tool_calls") {
            elements(member, [this](ondemand::value call) { toolCall(call); });
        } else if (key == "function_call") {
            m_message.callsTools |= is(member, ondemand::json_type::object);
            function(member);
        } else if (key == "tool_call_id") {
            m_message.answers = text(member);
        }
    }

    void attribute(json::Span at)
    {
        const std::string_view said = std::string_view(m_out.allText).substr(at.begin, at.size());
        if (m_message.role == Role::System) {
            m_out.system.append(m_out.system.empty() ? "" : "\n").append(said);
        } else {
            ++m_out.turns;
            m_out.toolResults += m_message.role == Role::Tool ? 1 : 0;
        }
        if (m_message.role == Role::User) {
            m_lastUserAt = at;
        }
        if (!m_userSeen && (m_message.role == Role::System || m_message.role == Role::User)) {
            m_session.add(said);
            m_session.add("\x1f" + m_media);
            m_userSeen = m_message.role == Role::User;
        }
    }

    void content(ondemand::value value, int depth)
    {
        if (is(value, ondemand::json_type::array)) {
            elements(value, [&](ondemand::value one) {
                if (is(one, ondemand::json_type::string)) {
                    add(text(one));
                } else {
                    part(one, depth);
                }
            });
        } else {
            add(text(value));
        }
    }

    void part(ondemand::value value, int depth)
    {
        members(value, [&](std::string_view key, ondemand::value member) {
            if (key == "text" || key == "refusal") {
                add(text(member));
            } else if (key == "image_url") {
                m_out.images = true;
                addMedia(kTokensPerImage, rawOf(member).size());
            } else if (key == "input_audio") {
                m_out.audio = true;
                addMedia(kTokensPerAudio, rawOf(member).size());
            } else if (key == "file") {
                addMedia(kTokensPerFile, rawOf(member).size());
            } else if ((key == "content" || key == "thinking") && depth < kMostNesting) {
                content(member, depth + 1);
            }
        });
    }

    void toolCall(ondemand::value value)
    {
        m_message.callsTools = true;
        members(value, [&](std::string_view key, ondemand::value member) {
            if (key == "id") {
                m_message.calls.emplace_back(text(member));
            } else if (key == "function" || key == "custom") {
                function(member);
            }
        });
    }

    void function(ondemand::value value)
    {
        members(value, [&](std::string_view key, ondemand::value member) {
            if (key == "name") {
                m_message.tokens += parts::estimateTokens(text(member));
            } else if (key == "arguments" || key == "input") {
                add(is(member, ondemand::json_type::object) ? rawOf(member) : text(member));
            }
        });
    }

    std::string_view m_text;
    RequestTraits &m_out;
    ChatOutline &m_outline;
    ChatOutline::Message m_message;
    std::string m_media; ///< sizes of what is no text in the message
    std::deque<std::string> m_spare;
    Fnv1a m_session;
    bool m_userSeen = false;
    json::Span m_lastUserAt; ///< in allText
    std::int64_t m_maxTokens = 0;
    std::int64_t m_maxCompletionTokens = 0;
};
} // namespace

struct ChatTraitsReader::Private {
    ondemand::parser parser;
    std::string padded;
};

ChatTraitsReader::ChatTraitsReader() : d(std::make_unique<Private>()) {}
ChatTraitsReader::~ChatTraitsReader() = default;

RequestTraits ChatTraitsReader::read(const std::string &body, ChatOutline *outline)
{
    const bool inPlace = body.capacity() - body.size() >= simdjson::SIMDJSON_PADDING;
    if (!inPlace) {
        d->padded.reserve(body.size() + simdjson::SIMDJSON_PADDING);
        d->padded.assign(body);
    }
    const std::string &text = inPlace ? body : d->padded;
    RequestTraits traits;
    ChatOutline own;
    Pass pass(text, traits, outline ? *outline : own);
    ondemand::document document;
    ondemand::object root;
    const simdjson::padded_string_view view(text.data(), text.size(), text.capacity());
    if (!d->parser.iterate(view).get(document) && !document.get_object().get(root)) {
        for (auto entry : root) {
            ondemand::field field;
            if (std::move(entry).get(field)) {
                break;
            }
            pass.topLevel(parts::nameText(field), field.value());
        }
    }
    pass.finish();
    if (d->parser.capacity() > kKeepParserUpTo || d->padded.capacity() > kKeepParserUpTo) {
        d = std::make_unique<Private>(); // one large prompt must not cost memory for good
    }
    return traits;
}

} // namespace signalbox::dialect
