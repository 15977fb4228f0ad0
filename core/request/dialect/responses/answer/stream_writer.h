// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/responses/answer/event_sink.h"
#include "core/request/dialect/responses/answer/output_items.h"
#include "core/request/dialect/responses/answer/response_object.h"

namespace signalbox::responses {

/// Writes every event that SDKs build an answer from, and keeps the items, because the last event repeats
/// them all. Texts that follow each other are one message, which ends when something else begins; parts that
/// grow at the same time are items that are open at the same time. One answer, one thread.
class StreamWriter final : public neutral::StreamWriter
{
public:
    enum class Events : std::uint8_t { Heard, Unheard };
    explicit StreamWriter(const neutral::AnswerContext &context, Events events = Events::Heard);

    void write(const neutral::StreamItem &item, std::string &out) override;
    const std::vector<std::string> &dropped() const override { return m_dropped; }
    /// The whole Response of what was written so far, ended as its choice did.
    json::Value response() const;

private:
    using Item = OutputItems::Item;
    struct Place {
        std::size_t item = 0;
        std::size_t content = 0;
        bool left = false;                        ///< out: nothing of it is written
        std::optional<neutral::Reasoning> hidden; ///< nothing to show yet
    };

    void take(const neutral::AnswerBegins &begins);
    void take(const neutral::PartBegins &begins);
    void take(const neutral::PartGrows &grows);
    void take(const neutral::PartGains &gains);
    void take(const neutral::PartEnds &ends);
    void take(const neutral::ChoiceLogprobs &logprobs);
    void take(const neutral::ChoiceEnds &ends);
    void take(const neutral::UsageKnown &known) { m_usage = known.usage; }
    void take(const neutral::AnswerFails &fails);
    void take(const neutral::AnswerEnds &ends);

    void beginSaid(Place &place, bool refusal);
    void beginCall(Place &place, const neutral::ToolCall &call);
    void beginReasoning(Place &place, const neutral::Reasoning &reasoning);
    void beginWhole(Place &place, const neutral::Part &part);
    Item &show(Place &place);
    void endPart(Place &place);
    neutral::Failure ownFailure() const;

    const neutral::Conversation *m_request;
    ResponseObject m_response;
    EventSink m_sink;
    OutputItems m_items;
    Events m_events;
    std::map<int, Place> m_places;
    std::vector<std::string> m_dropped;
    std::optional<events::TokenUsage> m_usage;
    neutral::ChoiceEnds m_ends{.choice = 0, .stop = neutral::Stop::None, .stopText = {}, .stopSequence = {}};
    json::Value m_logprobs = json::Value::array(); ///< that the next delta brings
    bool m_begun = false;
    bool m_over = false;
    bool m_refused = false; ///< in words
};

} // namespace signalbox::responses
