// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/request/dialect/neutral/answer.h"
#include "core/request/dialect/responses/answer/outcome.h"

namespace signalbox::responses {

/// The parts of an answer while they are read: what was told of each, so that nothing is told twice. One
/// answer, one thread; belongs to its StreamReader.
class PartSlots
{
public:
    struct Slot {
        int part = -1; ///< not begun
        bool ended = false;
        std::string got;
        std::size_t notes = 0; ///< annotations
    };

    /// Where items go from now on.
    void into(std::vector<neutral::StreamItem> &out) { m_out = &out; }
    void say(neutral::StreamItem item) { m_out->push_back(std::move(item)); }

    /// The answer, once. A part that opens begins it as well.
    void begin(const json::Value &response);
    void open(Slot &slot, neutral::Part what);
    void grow(Slot &slot, const std::string &text);
    /// What is still missing of the whole text.
    void complete(Slot &slot, const std::string &whole);
    void annotate(Slot &slot, const json::Value &annotation);
    void seal(Slot &slot, const std::string &encrypted);
    void nextSummaryPart(Slot &slot);
    void end(Slot &slot);

    int count() const { return m_parts; }
    Said said() const { return m_said; }
    bool spoke() const { return m_spoke; } ///< a message said something

private:
    std::vector<neutral::StreamItem> *m_out = nullptr;
    int m_parts = 0;
    bool m_begun = false;
    bool m_spoke = false;
    Said m_said;
};

} // namespace signalbox::responses
