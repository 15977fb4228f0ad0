// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/tool_call_check.h"

#include <algorithm>

namespace signalbox::parts {

void ToolCallCheck::feed(const Fragment &fragment)
{
    const std::size_t slot = m_slots.slotOf(fragment.choice, fragment.index, fragment.id, fragment.name);
    if (slot >= m_calls.size()) {
        m_calls.resize(slot + 1);
    }
    Call &call = m_calls[slot];
    call.custom |= fragment.custom;
    call.arguments.feed(fragment.arguments);
}

bool ToolCallCheck::broken() const
{
    return std::ranges::any_of(m_calls,
                               [](const Call &call) { return !call.custom && !call.arguments.holds(); });
}

} // namespace signalbox::parts
