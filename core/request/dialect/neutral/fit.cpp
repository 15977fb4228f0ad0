// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/fit.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/request/dialect/neutral/token_count.h"

namespace signalbox::neutral {

namespace {
bool isSystem(const Message &message)
{
    return message.role == Role::System || message.role == Role::Developer;
}

bool callsTools(const Message &message)
{
    return std::ranges::any_of(message.parts,
                               [](const Part &part) { return std::holds_alternative<ToolCall>(part.what); });
}

bool makesCall(const Message &message, const std::string &id)
{
    return !id.empty() && std::ranges::any_of(message.parts, [&id](const Part &part) {
        const auto *const call = std::get_if<ToolCall>(&part.what);
        return call && call->id == id;
    });
}

/// The messages in groups that go or stay together, each named by one of its messages.
class Groups
{
public:
    Groups(const std::vector<Message> &messages, const std::vector<std::int64_t> &tokens)
        : m_messages(messages), m_tokens(tokens), m_kept(messages.size()), m_dropped(messages.size())
    {
        for (std::size_t i = 0; i < m_messages.size(); ++i) {
            m_group.push_back(i);
            if (m_messages[i].role == Role::Tool) {
                joinCalls(i);
            }
        }
        for (std::size_t i = firstKept(); i < m_messages.size(); ++i) {
            m_kept[m_group[i]] = true;
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
            const bool there = !m_dropped[i] && !isSystem(m_messages[i]);
            if (there && (m_messages[i].role == Role::User || !mayGo(i))) {
                break;
            }
            left -= there ? dropGroup(i) : 0;
        }
        return left;
    }

    bool dropped(std::size_t i) const { return m_dropped[i]; }

private:
    /// A message may hold results of several messages' calls: then these belong together.
    void joinCalls(std::size_t i)
    {
        bool joined = false;
        for (const Part &part : m_messages[i].parts) {
            const auto *const result = std::get_if<ToolResult>(&part.what);
            for (std::size_t j = i; result && j-- > 0;) {
                if (makesCall(m_messages[j], result->callId)) {
                    const std::size_t mine = m_group[i];
                    const std::size_t its = m_group[j];
                    std::ranges::replace(m_group, mine, its);
                    joined = true;
                    break;
                }
            }
        }
        for (std::size_t j = i; !joined && j-- > 0;) { // a result of nobody's call
            const Message &before = m_messages[j];
            if (!isSystem(before)) {
                m_group[i] = before.role == Role::Tool || callsTools(before) ? m_group[j] : i;
                return;
            }
        }
    }

    std::size_t firstKept() const
    {
        for (std::size_t i = m_messages.size(); i-- > 0;) {
            if (m_messages[i].role == Role::User) {
                return i;
            }
        }
        for (std::size_t i = m_messages.size(); i-- > 0;) {
            if (!isSystem(m_messages[i])) {
                return i;
            }
        }
        return m_messages.size();
    }

    bool mayGo(std::size_t i) const
    {
        return !m_dropped[i] && !isSystem(m_messages[i]) && !m_kept[m_group[i]];
    }

    std::int64_t dropGroup(std::size_t member)
    {
        std::int64_t tokens = 0;
        for (std::size_t i = 0; i < m_messages.size(); ++i) {
            if (m_group[i] == m_group[member] && !m_dropped[i]) {
                m_dropped[i] = true;
                tokens += m_tokens[i];
            }
        }
        return tokens;
    }

    const std::vector<Message> &m_messages;
    const std::vector<std::int64_t> &m_tokens;
    std::vector<std::size_t> m_group;
    std::vector<bool> m_kept; ///< groups
    std::vector<bool> m_dropped;
};
} // namespace

std::optional<FittedConversation> fitToContext(const Conversation &conversation, std::int64_t maxPromptTokens)
{
    const TokenCount count = countTokens(conversation);
    const std::int64_t tooMuch = count.total() - maxPromptTokens;
    FittedConversation out{.conversation = conversation};
    if (tooMuch <= 0) {
        return out;
    }
    Groups groups(conversation.messages, count.messages);
    if (groups.drop(tooMuch) > 0) {
        return std::nullopt;
    }
    out.conversation.messages.clear();
    for (std::size_t i = 0; i < conversation.messages.size(); ++i) {
        const Message &message = conversation.messages[i];
        if (!groups.dropped(i)) {
            out.conversation.messages.push_back(message);
            continue;
        }
        out.droppedTurns += message.role == Role::Tool ? static_cast<int>(message.parts.size()) : 1;
        out.droppedTokens += count.messages[i];
    }
    return out;
}

} // namespace signalbox::neutral
