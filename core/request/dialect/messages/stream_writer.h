// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "core/request/dialect/messages/answer.h"
#include "core/request/dialect/neutral/drop_list.h"

namespace signalbox::messages {

constexpr std::string_view kPingEvent = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

/// Writes the events of one answer. Blocks follow each other: of several open parts the one that began first
/// goes out as it comes, the others wait for it. A text or a thought ends where the next part begins, and
/// begins anew if it goes on. Text that is nothing but blanks is held back: a client would hand it back, and
/// Anthropic would refuse it. message_delta waits for the end, since usage comes late in other dialects.
class MessagesStreamWriter final : public neutral::StreamWriter
{
public:
    explicit MessagesStreamWriter(const neutral::AnswerContext &context);
    void write(const neutral::StreamItem &item, std::string &out) override;
    const std::vector<std::string> &dropped() const override { return m_dropped.names(); }

private:
    struct Waiting {
        int part = 0;
        neutral::Part what;
        std::string pending; ///< not yet written
        bool open = false;
        bool ended = false;
    };

    void take(const neutral::AnswerBegins &item, std::string &out);
    void take(const neutral::PartBegins &item, std::string &out);
    void take(const neutral::PartGrows &item, std::string &out);
    void take(const neutral::PartGains &item, std::string &out);
    void take(const neutral::PartEnds &item, std::string &out);
    void take(const neutral::ChoiceLogprobs &item, std::string &out);
    void take(const neutral::ChoiceEnds &item, std::string &out);
    void take(const neutral::UsageKnown &item, std::string &out);
    void take(const neutral::AnswerFails &item, std::string &out);
    void take(const neutral::AnswerEnds &item, std::string &out);

    bool canSay(const neutral::Part &part);
    Waiting *find(int part);
    void queue(int part, const neutral::Part &what);
    void pump(std::string &out);
    void open(Waiting &one, json::Value block, std::string &out);
    void openIfReady(Waiting &one, std::string &out);
    void openCall(Waiting &one, const neutral::ToolCall &call, std::string &out);
    void sendPending(Waiting &one, std::string &out);
    void sendDelta(std::string_view type, std::string_view member, std::string_view text, std::string &out);
    void close(Waiting &one, std::string &out);
    void closeReasoning(Waiting &one, const neutral::Reasoning &reasoning, std::string &out);
    void endAll(std::string &out);

    const neutral::AnswerContext m_context;
    AnswerIds m_ids;
    bool m_thoughts;
    std::deque<Waiting> m_waiting;            ///< the first one may be open
    std::map<int, neutral::Part> m_resumable; ///< texts and thoughts, which may go on after they were ended
    std::optional<events::TokenUsage> m_usage;
    neutral::ChoiceEnds m_end;
    std::size_t m_said = 0; ///< bytes
    int m_index = -1;       ///< of the block that was begun last
    bool m_began = false;
    bool m_called = false;
    bool m_refused = false;
    bool m_over = false;
    neutral::DropList m_dropped;
};

} // namespace signalbox::messages
