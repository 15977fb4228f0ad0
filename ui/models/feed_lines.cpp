// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/feed_lines.h"

#include <QCoreApplication>

#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"

namespace signalbox::models {

using bridge::text;
using events::RequestOutcome;
using theme::Mark;
using theme::Tone;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(feed)
};

struct Line {
    const ProviderNames &names;

    FeedLine operator()(const events::AttemptEnded &a) const
    {
        const QString why = a.detail.empty() ? bridge::word(a.outcome) : text(a.detail);
        return {a.at, Mark::Diamond, Tone::Caution, Words::tr("%1: %2").arg(names(a.provider), why),
                text(a.request.text())};
    }

    FeedLine operator()(const events::RequestEnded &end) const
    {
        const QString id = text(end.id.text());
        if (end.outcome == RequestOutcome::AnsweredByFallback) {
            const QString name = names(end.servedBy.substr(0, end.servedBy.find('/')));
            return {end.at, Mark::Diamond, Tone::Caution,
                    Words::tr("Fallback: %1 answered at step %2, first token after %3")
                        .arg(name)
                        .arg(end.servedStep)
                        .arg(bridge::formatDuration(end.firstToken)),
                    id};
        }
        const bool bad = end.outcome == RequestOutcome::Refused || end.outcome == RequestOutcome::Interrupted;
        const QString what =
            end.error.empty() ? Words::tr("Request ended with status %1").arg(end.status) : text(end.error);
        return {end.at, bad ? Mark::Square : Mark::Circle, bad ? Tone::Danger : Tone::Off, what, id};
    }

    FeedLine operator()(const events::BreakerChanged &change) const
    {
        const QString who = Words::tr("%1 %2").arg(names(change.provider), text(change.model));
        if (change.to == "open") {
            const QString until =
                change.until ? Words::tr(", until %1").arg(bridge::formatMinute(*change.until)) : QString();
            return {change.at,
                    Mark::Triangle,
                    Tone::Danger,
                    Words::tr("Breaker opened: %1, %2%3").arg(who, bridge::word(change.cause), until),
                    {}};
        }
        if (change.to == "half-open") {
            return {change.at,
                    Mark::HalfCircle,
                    Tone::Caution,
                    Words::tr("Breaker half-open: %1, the next request probes").arg(who),
                    {}};
        }
        return {
            change.at, Mark::Circle, Tone::Ok, Words::tr("Breaker closed: %1 answers again").arg(who), {}};
    }

    FeedLine operator()(const events::Notice &notice) const
    {
        using Kind = events::Notice::Kind;
        switch (notice.kind) {
        case Kind::Info:
        case Kind::ConfigApplied:
            return {notice.at, Mark::Square, Tone::Off, text(notice.text), {}};
        case Kind::ConfigRejected:
        case Kind::KeyProblem:
            return {notice.at, Mark::Diamond, Tone::Caution, text(notice.text), {}};
        case Kind::LedgerProblem:
        case Kind::ServerProblem:
            break;
        }
        return {notice.at, Mark::Triangle, Tone::Danger, text(notice.text), {}};
    }

    FeedLine operator()(const events::StepSkipped &skip) const
    {
        return {{},
                Mark::Ring,
                Tone::Off,
                Words::tr("%1 skipped: %2").arg(names(skip.provider), bridge::word(skip.reason)),
                text(skip.request.text())};
    }

    FeedLine operator()(const events::RequestStarted &start) const
    {
        return {start.at, Mark::Ring, Tone::Off, Words::tr("Request from %1").arg(text(start.client)),
                text(start.id.text())};
    }

    FeedLine operator()(const events::AttemptStarted &start) const
    {
        return {{},
                Mark::Ring,
                Tone::Off,
                Words::tr("%1 is being tried").arg(names(start.provider)),
                text(start.request.text())};
    }
};

} // namespace

FeedLine feedLine(const events::Event &event, const ProviderNames &names)
{
    return std::visit(Line{names}, event);
}

} // namespace signalbox::models
