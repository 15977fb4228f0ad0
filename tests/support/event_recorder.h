// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <variant>
#include <vector>

#include "core/record/events/event.h"

namespace signalbox::test {

/// Keeps every event it hears.
class EventRecorder final : public events::EventSink
{
public:
    void record(const events::Event &event) override { m_events.push_back(event); }

    const std::vector<events::Event> &all() const { return m_events; }
    /// Those of one kind, in order.
    template<typename Kind>
    std::vector<Kind> of() const
    {
        std::vector<Kind> found;
        for (const events::Event &event : m_events) {
            if (const Kind *match = std::get_if<Kind>(&event)) {
                found.push_back(*match);
            }
        }
        return found;
    }
    void clear() { m_events.clear(); }

private:
    std::vector<events::Event> m_events;
};

} // namespace signalbox::test
