// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/neutral/answer.h"
#include "core/request/dialect/responses/answer/event_sink.h"
#include "core/request/dialect/responses/answer/response_object.h"

namespace signalbox::responses {

/// The items of an answer as they grow, and the events that tell of it. They are kept whole, because the last
/// event repeats them. One answer, one thread; belongs to its StreamWriter.
class OutputItems
{
public:
    struct Content {
        bool refusal = false;
        bool ended = false;
        std::string text;
        json::Value notes = json::Value::array();
        json::Value logprobs = json::Value::array();
    };
    struct Item {
        enum class Kind : std::uint8_t { Message, Reasoning, Call, Whole };
        Kind kind = Kind::Message;
        std::string id; ///< empty: add() makes one
        bool done = false;
        int open = 0; ///< parts that may still grow
        std::string status = "in_progress";
        std::vector<Content> contents;    ///< of a message
        std::vector<std::string> summary; ///< of reasoning
        bool summaryOpen = false;         ///< the last part of it
        std::string thoughts;
        bool thinking = false; ///< the thoughts have begun and may grow
        std::string encrypted;
        neutral::ToolCall call;
        bool silent = false; ///< shown only when it is whole
        json::Value whole;
    };

    OutputItems(const ResponseObject &frame, const neutral::Conversation *request, EventSink &sink)
        : m_frame(frame), m_request(request), m_sink(sink)
    {}
    std::size_t size() const { return m_items.size(); }
    Item &at(std::size_t index) { return m_items[index]; }
    Item *last() { return m_items.empty() ? nullptr : &m_items.back(); }
    json::Value output() const; ///< those that are done

    /// Ends what nothing grows in any more; returns the item's number.
    std::size_t add(Item item, std::string_view prefix);
    std::size_t addContent(std::size_t at, bool refusal);

    void growSaid(std::size_t at, std::size_t index, const std::string &text, json::Value logprobs);
    void annotate(std::size_t at, std::size_t index, const json::Value &annotation);
    void growReasoning(std::size_t at, const std::string &text, bool summary);
    void growCall(std::size_t at, const std::string &text);

    void endContent(std::size_t at, std::size_t index);
    void endSummary(std::size_t at);
    void endThoughts(std::size_t at);
    void endItem(std::size_t at, std::string_view status);

private:
    void endIdle();
    void endCall(std::size_t at);
    json::Value valueOf(const Content &content) const;
    json::Value valueOf(const Item &item) const;
    json::Value itemEvent(std::string_view type, std::size_t at);
    json::Value contentEvent(std::string_view type, std::size_t at, std::size_t index);

    const ResponseObject &m_frame;
    const neutral::Conversation *m_request;
    EventSink &m_sink;
    std::vector<Item> m_items;
};

} // namespace signalbox::responses
