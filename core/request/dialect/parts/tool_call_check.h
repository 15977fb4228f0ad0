// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "core/request/dialect/parts/json_check.h"
#include "core/request/dialect/parts/tool_call_slots.h"

namespace signalbox::parts {

/// Checks the arguments of all tool calls of a streamed answer as their fragments come. Keeps none of them.
class ToolCallCheck
{
public:
    struct Fragment {
        int choice = 0;
        int index = ToolCallSlots::kNoIndex;
        bool custom = false; ///< free text: nothing to check
        std::string_view id;
        std::string_view name;
        std::string_view arguments;
    };
    void feed(const Fragment &fragment);
    /// Whether the arguments of a call, as they are so far, are not JSON.
    bool broken() const;

private:
    struct Call {
        bool custom = false;
        JsonCheck arguments;
    };
    ToolCallSlots m_slots;
    std::vector<Call> m_calls;
};

} // namespace signalbox::parts
