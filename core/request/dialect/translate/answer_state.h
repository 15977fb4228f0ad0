// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "core/request/dialect/neutral/answer.h"
#include "core/request/dialect/parts/json_check.h"
#include "core/request/dialect/parts/loop_detector.h"
#include "core/request/dialect/parts/stream_state.h"

namespace signalbox::translate {

/// Keeps the state of a streamed answer from its items, whatever the dialect. Engine thread.
class AnswerState
{
public:
    /// `keepText`: the state keeps the text, up to kMostTextKept.
    explicit AnswerState(bool refusalIsContent, bool keepText = false) : m_refusalIsContent(refusalIsContent)
    {
        m_state.continuable = keepText;
    }

    void take(const neutral::StreamItem &item);
    void garbled() { m_state.garbled = true; }
    void ended() { m_state.ended = true; }
    bool failed() const { return m_state.error || m_state.garbled; }
    const parts::StreamState &state() const { return m_state; }

private:
    enum class Kind : std::uint8_t { Text, Thought, Refusal, Call, FreeCall, Other };
    struct Open {
        Kind kind = Kind::Other;
        int choice = 0;
        parts::JsonCheck arguments; ///< of a Call
    };
    void begins(const neutral::PartBegins &begun);
    void says(Open &part, std::string_view text);
    void keepText(const Open &part, std::string_view text);
    void ends(const neutral::ChoiceEnds &ended);
    void fails(const neutral::AnswerFails &failed);
    bool anyCallBroken() const;

    parts::StreamState m_state;
    bool m_refusalIsContent;
    std::map<int, Open> m_parts;
    parts::LoopDetector m_loop;
};

} // namespace signalbox::translate
