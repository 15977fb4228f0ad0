// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/tool_call_slots.h"

namespace signalbox::parts {

std::size_t ToolCallSlots::slotOf(int choice, int index, std::string_view id, std::string_view name)
{
    for (std::size_t i = m_known.size(); i-- > 0;) {
        Known &known = m_known[i];
        if (known.choice != choice) {
            continue;
        }
        const bool sameId = id.empty() || known.id.empty() || id == known.id;
        bool same = false;
        if (index == kNoIndex) {
            // The latest call goes on, unless this is the head of another: a new id, or a name without one.
            same = id.empty() ? name.empty() : id == known.id;
            if (!same && id.empty()) {
                break;
            }
        } else if (index == known.index) {
            same = sameId || name.empty();
            if (!same) {
                break;
            }
        }
        if (same) {
            if (known.id.empty()) {
                known.id = id;
            }
            return i;
        }
    }
    m_known.push_back({choice, index, std::string(id)});
    return m_known.size() - 1;
}

} // namespace signalbox::parts
