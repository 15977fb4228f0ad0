// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/codec.h"

// What whole and streamed answers share, and the whole ones.
namespace signalbox::messages {

base::Result<neutral::Answer> readAnswer(std::string_view body);
neutral::Written writeAnswer(const neutral::Answer &answer, const neutral::AnswerContext &context);

/// Takes over what a `usage` object says; what it does not mention stays. The counts are totals, and a later
/// one replaces an earlier one.
void readUsage(const json::Value &usage, events::TokenUsage &into);
json::Value writeUsage(const events::TokenUsage &usage);

/// `calledTools`: some compatible providers say end_turn after calling tools.
neutral::Stop readStop(std::string_view reason, bool calledTools);
/// `calledTools` and `refused` as the blocks say: they count more than a plain end.
std::string writeStop(const neutral::ChoiceEnds &end, bool calledTools, bool refused);
/// What `stop_details` says of a refusal; empty: nothing.
std::string readRefusal(const json::Value &stopDetails);

/// The whole message with nothing in it yet, every member there that SDKs expect.
json::Value emptyMessage(const std::string &id, const std::string &model, const events::TokenUsage &usage);
/// A thought as the client gets to see it; its signature proves it to whom it came from.
json::Value thinkingBlock(const neutral::Reasoning &reasoning);
/// Whether the client can do with thoughts: one that neither asked for them nor calls tools may take the
/// first block for the answer.
bool wantsThoughts(const neutral::AnswerContext &context);

/// The ids of an answer: the provider's where this dialect allows them, else made from the request's.
class AnswerIds
{
public:
    explicit AnswerIds(const std::string &requestId);
    std::string message(const std::string &given) const;
    std::string call(const std::string &given);

private:
    std::string m_request;
    std::set<std::string> m_used;
};

} // namespace signalbox::messages
