// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/foundation/json/value.h"

namespace signalbox::responses {

/// Numbers the events of a stream and puts them out, or nothing where nobody listens. One answer, one thread.
class EventSink
{
public:
    /// Where events go from now on; null: nowhere, and none is to be made.
    void listen(std::string *out) { m_out = out; }
    bool heard() const { return m_out != nullptr; }

    // What every event of that sort has. Each call takes the next number.
    json::Value event(std::string_view type);
    json::Value itemEvent(std::string_view type, std::size_t item, const std::string &id);
    json::Value contentEvent(std::string_view type, std::size_t item, const std::string &id,
                             std::size_t content);

    void send(const json::Value &event);
    void sendItem(std::string_view type, std::size_t index, json::Value item);
    void sendResponse(std::string_view type, json::Value response);
    int nextNumber() { return m_sequence++; }

private:
    std::string *m_out = nullptr;
    int m_sequence = 0;
};

} // namespace signalbox::responses
