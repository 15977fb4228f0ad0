// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::responses {

/// Gathers the items of a request into messages: what the model said in one go becomes one message, and the
/// results of its calls stand directly behind it, wherever the client put them. One request, one thread.
class InputItems
{
public:
    /// InvalidArgument names the place: "input[2].role".
    base::Result<void> take(const json::Value &item, std::size_t index);
    std::vector<neutral::Message> messages() &&;

private:
    struct Entry {
        neutral::Message message;
        std::vector<neutral::Part> results; ///< of the calls in it
        bool called = false;
        bool spoken = false; ///< a message item is in it
    };
    base::Result<void> takeMessage(const json::Value &item, const std::string &at);
    base::Result<void> takeCall(const json::Value &item, const std::string &at);
    base::Result<void> takeResult(const json::Value &item, const std::string &at, bool custom);
    void speak(neutral::Message said);
    Entry &assistant();

    std::vector<Entry> m_entries;
    struct Caller {
        std::size_t entry = 0;
        std::string tool;
    };
    std::unordered_map<std::string, Caller> m_callers; ///< by the id of the call
    bool m_afterMessage = false;                       ///< the item before was a message of the assistant
};

} // namespace signalbox::responses
