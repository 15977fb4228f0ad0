// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/differential/story.h"

namespace signalbox::test {

using What = chain::TimelineEntry::What;

namespace {
std::string inMs(base::Duration at)
{
    return std::to_string(at.count() / 1'000'000) + "."
           + std::to_string(1'000'000 + at.count() % 1'000'000).substr(1) + " ms ";
}

std::string orNone(const std::optional<base::Duration> &time)
{
    return time ? inMs(*time) : "-";
}

std::string stepAndAttempt(int step, int attempt, events::AttemptKind kind)
{
    return "step " + std::to_string(step) + " attempt " + std::to_string(attempt) + " "
           + std::string(events::toText(kind));
}
} // namespace

std::string Story::text() const
{
    std::string out;
    for (const auto *part : {&steps, &shown, &end, &health}) {
        for (const std::string &line : *part) {
            out += "    " + line + "\n";
        }
    }
    return out;
}

std::string startedLine(base::Duration at, int step, int attempt, events::AttemptKind kind)
{
    return inMs(at) + "started " + stepAndAttempt(step, attempt, kind);
}

std::string endedLine(base::Duration at, int step, int attempt, events::AttemptKind kind,
                      events::Outcome outcome)
{
    return inMs(at) + "ended " + stepAndAttempt(step, attempt, kind) + " "
           + std::string(events::toText(outcome));
}

std::string skippedLine(base::Duration at, int step, events::SkipReason reason, const std::string &why)
{
    return inMs(at) + "skipped step " + std::to_string(step) + " " + std::string(events::toText(reason))
           + ": " + why;
}

std::string shownLine(base::Duration at, int attempt)
{
    return inMs(at) + "shown " + std::to_string(attempt);
}

std::vector<std::string> endLines(const End &end)
{
    return {"outcome " + std::string(events::toText(end.outcome)),
            "status " + std::to_string(end.status),
            "served by step " + std::to_string(end.servedStep),
            "attempts " + std::to_string(end.attempts),
            "first content " + orNone(end.firstContent),
            "total " + inMs(end.total),
            "cost " + (end.cost ? std::to_string(end.cost->nano) : "unknown")};
}

std::vector<std::string> healthLines(const health::HealthBook &book, const std::string &chain,
                                     base::SteadyTime now)
{
    std::vector<std::string> out;
    book.forEach(now, [&](const health::Target &target, const health::View &view) {
        const health::Load load = book.load(target, now);
        out.push_back(
            target.provider + "/" + target.model + " " + std::string(toText(view.state)) + " until "
            + std::to_string(view.openUntil.time_since_epoch().count()) + " after "
            + std::string(events::toText(view.cause)) + " in a row " + std::to_string(view.failuresInRow)
            + " admission " + std::to_string(static_cast<int>(view.admission))
            + (view.suspect ? " suspect" : "") + " in flight " + std::to_string(load.inFlight)
            + " first token " + orNone(load.firstToken) + " of " + std::to_string(load.samples) + " limits "
            + orNone(book.adaptiveFirstToken(target, 100)) + " " + orNone(book.adaptiveAnswer(target, 100)));
    });
    std::string budget = "budget";
    for (int share = 1; share <= 100; share += 3) {
        budget += book.retryBudget().wouldAllow(chain, share / 100.0, now) ? "+" : "-";
    }
    out.push_back(budget);
    return out;
}

Story storyOf(const chain::Timeline &timeline, const std::string &chain, base::SteadyTime receivedAt)
{
    Story story;
    for (const chain::TimelineEntry &entry : timeline.entries) {
        switch (entry.what) {
        case What::Started:
            story.steps.push_back(startedLine(entry.at, entry.step, entry.attempt, entry.kind));
            break;
        case What::Ended:
            story.steps.push_back(endedLine(entry.at, entry.step, entry.attempt, entry.kind, *entry.outcome));
            break;
        case What::Skipped:
            story.steps.push_back(skippedLine(entry.at, entry.step, *entry.skipped, entry.why));
            break;
        case What::Shown:
            story.shown.push_back(shownLine(entry.at, entry.attempt));
            break;
        }
    }
    story.end = endLines({timeline.outcome, timeline.status, timeline.servedStep, timeline.attempts,
                          timeline.firstContent, timeline.total, timeline.cost});
    story.health = healthLines(timeline.health, chain, receivedAt + timeline.total);
    return story;
}

} // namespace signalbox::test
