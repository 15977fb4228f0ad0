// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include "core/request/dialect/neutral/answer.h"

namespace signalbox::neutral {

/// Puts a whole answer together from the items of its stream. One answer, one builder.
class AnswerBuilder
{
public:
    explicit AnswerBuilder(base::Dialect origin) { m_answer.origin = origin; }
    void take(const StreamItem &item);
    /// AnswerEnds has come.
    bool whole() const { return m_whole; }
    const Answer &answer() const { return m_answer; }

private:
    void on(const AnswerBegins &item);
    void on(const PartBegins &item);
    void on(const PartGrows &item);
    void on(const PartGains &item);
    void on(const PartEnds &) {}
    void on(const ChoiceLogprobs &item);
    void on(const ChoiceEnds &item);
    void on(const UsageKnown &item);
    void on(const AnswerFails &) {}
    void on(const AnswerEnds &) { m_whole = true; }
    Choice &choiceOf(int index);
    Part *partOf(int number);

    Answer m_answer;
    std::vector<std::pair<int, std::size_t>> m_where; ///< of each part: its choice, and its place there
    bool m_whole = false;
};

/// The items of a stream that says a whole answer.
std::vector<StreamItem> itemsOf(const Answer &answer);

} // namespace signalbox::neutral
