// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/responses/answer/part_slots.h"

namespace signalbox::responses {

/// Reads the events of OpenAI and of those who leave some out: only deltas, only finished items, no numbers,
/// ids that change with every event. `output_index` is what joins them; what was told twice is taken once.
/// Only response.completed and response.incomplete make an answer whole. One answer, one thread.
class StreamReader final : public neutral::StreamReader
{
public:
    bool take(const http::SseEvent &event, std::vector<neutral::StreamItem> &out) override;
    void finish(std::vector<neutral::StreamItem> &out) override;

private:
    using Slot = PartSlots::Slot;
    struct Item {
        std::string type;
        std::string id;
        bool done = false;
        bool logprobs = false;
        std::int64_t summary = 0; ///< the part of the summary that grows
        std::string held;         ///< arguments of a call without a name so far
        std::map<std::int64_t, Slot> slots;
    };
    struct Handler;
    friend struct Handler;

    void itemAdded(const json::Value &event);
    void itemDone(const json::Value &event);
    void finishItem(Item &item, const json::Value &value);
    void finishMessage(Item &item, const json::Value &value);
    void finishContent(Item &item, std::int64_t index, const json::Value &content);
    void finishReasoning(Item &item, const json::Value &value);
    void finishCall(Item &item, const json::Value &value);
    void partAdded(const json::Value &event);
    void partDone(const json::Value &event);
    void textDelta(const json::Value &event);
    void textDone(const json::Value &event);
    void annotationAdded(const json::Value &event);
    void refusal(const json::Value &event);
    void callDelta(const json::Value &event);
    void callDone(const json::Value &event);
    void summary(const json::Value &event);
    void thought(const json::Value &event);
    void over(const json::Value &event, std::string_view type);
    Item *unfinished(const std::string &id);
    void takeMissed(const json::Value &output);
    void fail(const json::Value &error);

    Item &itemOf(const json::Value &event);
    Slot &text(Item &item, std::int64_t index);
    Slot &reasoning(Item &item, bool summary);
    Slot &summaryAt(Item &item, std::int64_t index);
    void logprobs(Item &item, const json::Value &from);
    void closeAll();

    std::map<std::int64_t, Item> m_items;
    std::int64_t m_last = 0; ///< the index that the last event named
    std::vector<std::string> m_calls;
    bool m_over = false;
    PartSlots m_parts;
    std::string_view m_body; ///< of the event; only inside take()
};

} // namespace signalbox::responses
