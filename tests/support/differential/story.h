// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/request/chain/play/simulate.h"
#include "core/request/health/health_book.h"

namespace signalbox::test {

/// What became of one request, as lines that can be compared and read.
struct Story {
    std::vector<std::string> steps;  ///< attempts and skips in their order, with their times
    std::vector<std::string> shown;  ///< whose answer reached the client, and when
    std::vector<std::string> end;    ///< outcome, status, step, times, cost
    std::vector<std::string> health; ///< the book afterwards
    bool operator==(const Story &) const = default;
    std::string text() const;
};

std::string startedLine(base::Duration at, int step, int attempt, events::AttemptKind kind);
std::string endedLine(base::Duration at, int step, int attempt, events::AttemptKind kind,
                      events::Outcome outcome);
std::string skippedLine(base::Duration at, int step, events::SkipReason reason, const std::string &why);
std::string shownLine(base::Duration at, int attempt);

struct End {
    events::RequestOutcome outcome = events::RequestOutcome::Refused;
    int status = 0;
    int servedStep = 0;
    int attempts = 0;
    std::optional<base::Duration> firstContent;
    base::Duration total{};
    std::optional<base::Money> cost;
};
std::vector<std::string> endLines(const End &end);
std::vector<std::string> healthLines(const health::HealthBook &book, const std::string &chain,
                                     base::SteadyTime now);

/// As production would tell it.
Story storyOf(const chain::Timeline &timeline, const std::string &chain, base::SteadyTime receivedAt);

} // namespace signalbox::test
