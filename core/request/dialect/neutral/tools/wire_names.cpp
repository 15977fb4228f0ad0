// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/tools/wire_names.h"

#include <algorithm>
#include <utility>

#include "core/request/dialect/fnv1a.h"

namespace signalbox::neutral {

using base::Dialect;

namespace {
constexpr std::size_t kHash = 8;

std::size_t mostOfName(Dialect dialect)
{
    return dialect == Dialect::Messages ? 128 : 64;
}

/// Messages and Gemini name no limit; theirs is far from what anybody makes up.
std::size_t mostOfId(Dialect dialect)
{
    return dialect == Dialect::Chat ? 40 : 64;
}

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string hash(std::string_view text)
{
    dialect::Fnv1a hash;
    hash.add(text);
    return hash.hex().substr(0, kHash);
}

/// What an id is made of, providers do not mind.
std::string shortId(const std::string &id, std::size_t most)
{
    return id.size() <= most ? id : id.substr(0, most - kHash - 1) + "_" + hash(id);
}

/// Calls `visit(text, most)` for every name and id.
template<typename Conversed, typename Visit>
void eachName(Conversed &conversation, Dialect dialect, Visit visit)
{
    const std::size_t name = mostOfName(dialect);
    const std::size_t id = mostOfId(dialect);
    for (auto &tool : conversation.tools) {
        if (tool.kind != Tool::Kind::Foreign) {
            visit(tool.name, name, false);
        }
    }
    visit(conversation.toolChoice.name, name, false);
    for (auto &allowed : conversation.toolChoice.allowed) {
        visit(allowed, name, false);
    }
    for (auto &message : conversation.messages) {
        for (auto &part : message.parts) {
            if (auto *const call = std::get_if<ToolCall>(&part.what)) {
                visit(call->name, name, false);
                visit(call->id, id, true);
            } else if (auto *const result = std::get_if<ToolResult>(&part.what)) {
                visit(result->name, name, false);
                visit(result->callId, id, true);
            }
        }
    }
}
} // namespace

std::string plainName(std::string_view name, std::size_t most)
{
    std::string plain(name);
    std::ranges::replace_if(plain, [](char c) { return !isPlain(c); }, '_');
    return plain.size() <= most ? plain : plain.substr(0, most - kHash - 1) + "_" + hash(name);
}

bool hasLongNames(const Conversation &conversation, Dialect dialect)
{
    bool any = false;
    eachName(conversation, dialect,
             [&any](const std::string &text, std::size_t most, bool) { any |= text.size() > most; });
    return any;
}

Conversation withShortNames(Conversation conversation, Dialect dialect)
{
    eachName(conversation, dialect, [](std::string &text, std::size_t most, bool isId) {
        if (text.size() > most) {
            text = isId ? shortId(text, most) : plainName(text, most);
        }
    });
    return conversation;
}

ShortNames::ShortNames(const Conversation *request, Dialect provider)
    : m_request(request && hasLongNames(*request, provider) ? request : nullptr), m_most(mostOfName(provider))
{}

void ShortNames::restore(Part &part) const
{
    auto *const call = m_request ? std::get_if<ToolCall>(&part.what) : nullptr;
    if (!call) {
        return;
    }
    for (const Tool &tool : m_request->tools) {
        if (tool.name.size() > m_most && plainName(tool.name, m_most) == call->name) {
            call->name = tool.name;
            return;
        }
    }
}

void ShortNames::restore(Answer &answer) const
{
    for (Choice &choice : answer.choices) {
        for (Part &part : choice.parts) {
            restore(part);
        }
    }
}

void ShortNames::restore(StreamItem &item) const
{
    if (auto *const begins = std::get_if<PartBegins>(&item)) {
        restore(begins->what);
    }
}

} // namespace signalbox::neutral
