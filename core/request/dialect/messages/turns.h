// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/request/dialect/messages/block_writer.h"

namespace signalbox::messages {

/// The messages of a conversation in the order that Anthropic asks for: user and assistant take turns, the
/// user begins, a user's message holds the result of each call in the message before it, first and once, and
/// no block is empty. Ids of calls are made of [A-Za-z0-9_-], each used once, the same for the same beginning
/// of a conversation. One conversation, one builder.
class Turns
{
public:
    /// `systemRole`: messages of the system in the middle stay what they are; else they become user text.
    Turns(const BlockWriter &writer, bool systemRole) : m_writer(writer), m_systemRole(systemRole) {}

    void add(const neutral::Message &message);
    /// The value of `messages`; and whether the turn that is being worked on calls tools without having its
    /// thoughts in front.
    json::Value finish(bool *openTurnLacksThoughts);

private:
    struct Turn {
        explicit Turn(std::string who) : role(std::move(who)) {}
        std::string role;
        std::vector<json::Value> results;
        std::vector<json::Value> blocks;
        std::vector<std::string> calls; ///< ids as they are written
        std::set<std::string> answered; ///< of the calls of the turn before
    };
    struct OpenCall {
        std::size_t turn = 0;
        std::string id; ///< as it is written
    };

    Turn &turn(const char *role);
    void addPart(const neutral::Part &part, const neutral::Message &message);
    void addCall(const neutral::Part &part);
    void addResult(const neutral::Part &part);
    std::string idFor(const std::string &wanted);
    void completeResults();
    bool lacksThoughts() const;

    const BlockWriter &m_writer;
    bool m_systemRole;
    std::vector<Turn> m_turns;
    std::map<std::string, OpenCall> m_open; ///< by the client's id
    std::set<std::string> m_used;
};

} // namespace signalbox::messages
