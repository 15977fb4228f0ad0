// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_fit.h"

#include <algorithm>
#include <vector>

#include "core/foundation/json/scan.h"
#include "core/request/dialect/chat_traits.h"

namespace signalbox::dialect {

namespace {
using Role = ChatOutline::Role;

/// The messages of a conversation in groups that go or stay together, each named by its first message.
class Conversation
{
public:
    explicit Conversation(const ChatOutline &outline) : m_messages(outline.messages)
    {
        m_dropped.resize(m_messages.size());
        for (std::size_t i = 0; i < m_messages.size(); ++i) {
            m_group.push_back(groupOf(i));
        }
        m_keptGroups.resize(m_messages.size());
        for (std::size_t i = firstKept(); i < m_messages.size(); ++i) {
            m_keptGroups[m_group[i]] = true;
        }
    }

    /// Leaves out the oldest until no more than `tokens` have to go; what is still too much.
    std::int64_t drop(std::int64_t tokens)
    {
        std::int64_t left = tokens;
        for (std::size_t i = 0; i < m_messages.size() && left > 0; ++i) {
            left -= mayGo(i) ? dropGroup(i) : 0;
        }
        for (std::size_t i = 0; i < m_messages.size() && left < tokens; ++i) {
            const bool there = !m_dropped[i] && m_messages[i].role != Role::System;
            if (there && (m_messages[i].role == Role::User || !mayGo(i))) {
                break;
            }
            left -= there ? dropGroup(i) : 0;
        }
        return left;
    }

    bool dropped(std::size_t i) const { return m_dropped[i]; }

private:
    std::size_t groupOf(std::size_t i) const
    {
        const ChatOutline::Message &message = m_messages[i];
        if (message.role != Role::Tool) {
            return i;
        }
        for (std::size_t j = i; j-- > 0;) {
            const auto &calls = m_messages[j].calls;
            const bool answered =
                !message.answers.empty() && std::ranges::find(calls, message.answers) != calls.end();
            if (answered) {
                return m_group[j];
            }
        }
        for (std::size_t j = i; j-- > 0;) { // of the old kind, or a result of nobody's call
            if (m_messages[j].role != Role::System) {
                const bool belongs = m_messages[j].role == Role::Tool || m_messages[j].callsTools;
                return belongs ? m_group[j] : i;
            }
        }
        return i;
    }

    std::size_t firstKept() const
    {
        for (std::size_t i = m_messages.size(); i-- > 0;) {
            if (m_messages[i].role == Role::User) {
                return i;
            }
        }
        for (std::size_t i = m_messages.size(); i-- > 0;) {
            if (m_messages[i].role != Role::System) {
                return i;
            }
        }
        return m_messages.size();
    }

    bool mayGo(std::size_t i) const
    {
        return !m_dropped[i] && m_messages[i].role != Role::System && !m_keptGroups[m_group[i]];
    }

    std::int64_t dropGroup(std::size_t member)
    {
        std::int64_t tokens = 0;
        for (std::size_t i = 0; i < m_messages.size(); ++i) {
            if (m_group[i] == m_group[member] && !m_dropped[i]) {
                m_dropped[i] = true;
                tokens += m_messages[i].tokens;
            }
        }
        return tokens;
    }

    const std::vector<ChatOutline::Message> &m_messages;
    std::vector<std::size_t> m_group;
    std::vector<bool> m_keptGroups;
    std::vector<bool> m_dropped;
};

/// The places of the messages; none if they are not given exactly once.
std::vector<json::Span> messagesAt(std::string_view body)
{
    std::optional<json::Span> at;
    for (const json::MemberAt &member : json::membersAt(body, json::rootAt(body))) {
        if (json::says(body, member.name, "messages")) {
            if (at) {
                return {};
            }
            at = member.value;
        }
    }
    return at ? json::elementsAt(body, *at) : std::vector<json::Span>();
}
} // namespace

std::optional<Fitted> fitToContext(std::string_view body, std::int64_t maxPromptTokens)
{
    ChatTraitsReader reader;
    ChatOutline outline;
    const RequestTraits traits = reader.read(std::string(body), &outline);
    const std::int64_t tooMuch = traits.promptTokens - maxPromptTokens;
    if (tooMuch <= 0) {
        return Fitted{.body = std::string(body)};
    }
    const std::vector<json::Span> places = messagesAt(body);
    Conversation conversation(outline);
    if (places.size() != outline.messages.size() || conversation.drop(tooMuch) > 0) {
        return std::nullopt;
    }
    Fitted fitted;
    std::vector<json::Replacement> cuts;
    for (std::size_t i = 0; i + 1 < places.size(); ++i) { // the last one always stays
        if (conversation.dropped(i)) {
            ++fitted.droppedTurns;
            fitted.droppedTokens += outline.messages[i].tokens;
            cuts.push_back({{places[i].begin, places[i + 1].begin}, {}});
        }
    }
    fitted.body = json::splice(body, cuts);
    return fitted;
}

} // namespace signalbox::dialect
