// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/waterfall_rows.h"

#include <QCoreApplication>

#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"

namespace signalbox::charts {

using base::Duration;
using base::toMs;
using bridge::text;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(waterfall)
};

std::vector<WaterfallSpan> spansOf(const events::AttemptEnded &attempt)
{
    const events::Phases &p = attempt.phases;
    std::vector<WaterfallSpan> spans;
    const double end = toMs(p.queue + p.total);
    double at = toMs(p.queue);
    const auto add = [&](Phase phase, double ms) {
        const double to = std::min(end, at + ms);
        if (to > at) {
            spans.push_back({phase, at, to});
            at = to;
        }
    };
    add(Phase::Dns, toMs(p.dns));
    add(Phase::Connect, toMs(p.connect));
    add(Phase::Tls, toMs(p.tls));
    add(Phase::WaitByte, toMs(p.firstByte > Duration::zero() ? p.firstByte : p.total));
    if (p.firstByte > Duration::zero()) {
        // First byte and first token are both measured from the request written.
        add(Phase::WaitToken, p.firstToken > p.firstByte        ? toMs(p.firstToken - p.firstByte)
                              : p.firstToken > Duration::zero() ? 0
                                                                : end - at);
        add(Phase::Stream, end - at);
    }
    return spans;
}

QString noteOf(const events::AttemptEnded &attempt)
{
    QStringList parts;
    if (attempt.outcome == events::Outcome::Answered) {
        parts << (attempt.usage.output == 1
                      ? Words::tr("1 token")
                      : Words::tr("%1 tokens").arg(bridge::formatCount(attempt.usage.output)));
        const double streamed = toMs(attempt.phases.total - attempt.phases.firstToken) / 1000;
        if (attempt.phases.firstToken > Duration::zero() && streamed > 0.05 && attempt.usage.output > 1) {
            parts << Words::tr("%1/s").arg(qRound(static_cast<double>(attempt.usage.output) / streamed));
        }
    } else {
        parts << (attempt.detail.empty() ? bridge::word(attempt.outcome) : text(attempt.detail));
    }
    parts << bridge::formatDuration(attempt.phases.total) << bridge::formatCost(attempt.cost);
    if (attempt.ambiguous) {
        parts << Words::tr("may have worked at the provider");
    }
    return parts.join(QStringLiteral(" · "));
}

} // namespace

QString phaseName(Phase phase)
{
    switch (phase) {
    case Phase::Queue:
        return Words::tr("queue");
    case Phase::Dns:
        return Words::tr("name look-up");
    case Phase::Connect:
        return Words::tr("connect");
    case Phase::Tls:
        return Words::tr("TLS");
    case Phase::WaitByte:
        return Words::tr("waiting for the answer");
    case Phase::WaitToken:
        return Words::tr("waiting for the first token");
    case Phase::Stream:
        return Words::tr("streaming");
    }
    return {};
}

std::vector<WaterfallRow> waterfallRows(const ledger::RequestDetail &detail,
                                        const std::function<QString(const std::string &)> &providerName)
{
    std::vector<WaterfallRow> rows;
    if (!detail.attempts.empty()) {
        const Duration queue = detail.attempts.front().phases.queue;
        rows.push_back({Words::tr("queue"), bridge::formatDuration(queue), {{Phase::Queue, 0, toMs(queue)}}});
    }
    int lastStep = 0;
    int tries = 1;
    for (const events::AttemptEnded &attempt : detail.attempts) {
        tries = attempt.step == lastStep ? tries + 1 : 1;
        lastStep = attempt.step;
        QString label = Words::tr("%1 %2").arg(attempt.step).arg(providerName(attempt.provider));
        if (tries > 1) {
            label = Words::tr("%1, try %2").arg(label).arg(tries);
        }
        rows.push_back(
            {label, noteOf(attempt), spansOf(attempt), attempt.outcome != events::Outcome::Answered, false});
    }
    for (const events::StepSkipped &skip : detail.skipped) {
        QString why = bridge::word(skip.reason);
        if (!skip.detail.empty()) {
            why = Words::tr("%1: %2").arg(why, text(skip.detail));
        }
        if (skip.reason != events::SkipReason::NotNeeded) {
            why = Words::tr("skipped, %1").arg(why);
        }
        rows.push_back(
            {Words::tr("%1 %2").arg(skip.step).arg(providerName(skip.provider)), why, {}, false, true});
    }
    return rows;
}

double waterfallEndMs(const ledger::RequestDetail &detail)
{
    double end = detail.request.ended ? toMs(detail.request.ended->total) : 0;
    for (const events::AttemptEnded &attempt : detail.attempts) {
        end = std::max(end, toMs(attempt.phases.queue + attempt.phases.total));
    }
    return end;
}

} // namespace signalbox::charts
