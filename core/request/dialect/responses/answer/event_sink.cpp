// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/event_sink.h"

#include <utility>

#include "core/request/dialect/responses/answer/outcome.h"
#include "core/request/dialect/responses/items/item_values.h"

namespace signalbox::responses {

using json::Value;

Value EventSink::event(std::string_view type)
{
    Value out = ofType(type);
    out.add("sequence_number", Value::integer(m_sequence++));
    return out;
}

Value EventSink::itemEvent(std::string_view type, std::size_t item, const std::string &id)
{
    Value out = event(type);
    out.add("item_id", Value::string(id));
    out.add("output_index", Value::integer(static_cast<std::int64_t>(item)));
    return out;
}

Value EventSink::contentEvent(std::string_view type, std::size_t item, const std::string &id,
                              std::size_t content)
{
    Value out = itemEvent(type, item, id);
    out.add("content_index", Value::integer(static_cast<std::int64_t>(content)));
    return out;
}

void EventSink::send(const Value &event)
{
    *m_out += eventText(event);
}

void EventSink::sendItem(std::string_view type, std::size_t index, Value item)
{
    if (heard()) {
        Value out = event(type);
        out.add("output_index", Value::integer(static_cast<std::int64_t>(index)));
        out.add("item", std::move(item));
        send(out);
    }
}

void EventSink::sendResponse(std::string_view type, Value response)
{
    if (heard()) {
        Value out = event(type);
        out.add("response", std::move(response));
        send(out);
    }
}

} // namespace signalbox::responses
