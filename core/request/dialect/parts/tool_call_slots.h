// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::parts {

/// Says which tool call of an answer a streamed fragment belongs to. Servers differ: the index may be
/// missing, always 0, or start at 1; the id may come once, in every fragment, or be another in each; the name
/// may be repeated. A new call begins where index or id say so, but another id without a name is still the
/// same call.
class ToolCallSlots
{
public:
    static constexpr int kNoIndex = -1;

    /// Counts from 0 in the order in which the calls of all choices began.
    std::size_t slotOf(int choice, int index, std::string_view id, std::string_view name);

private:
    struct Known {
        int choice;
        int index;
        std::string id;
    };
    std::vector<Known> m_known;
};

} // namespace signalbox::parts
