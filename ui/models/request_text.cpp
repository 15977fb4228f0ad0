// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/request_text.h"

#include <QCoreApplication>

#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"

namespace signalbox::models {

using base::Duration;
using bridge::text;
using events::RequestOutcome;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(requests)
};

QString phase(Duration duration)
{
    return duration > Duration::zero() ? bridge::formatDuration(duration) : QStringLiteral("–");
}

GridRow attemptRow(const events::AttemptEnded &a, const ProviderNames &names)
{
    GridCell outcome{bridge::attemptLook(a).word, text(a.detail), false, false, bridge::attemptLook(a)};
    const Duration connection = a.phases.dns + a.phases.connect + a.phases.tls;
    return {numberCell(QString::number(a.step)),
            {names(a.provider), {}, false, true, {}},
            {text(a.model), text(a.modelAnswered), false, false, {}},
            outcome,
            numberCell(a.status ? QString::number(a.status) : QStringLiteral("–")),
            numberCell(bridge::formatDuration(a.phases.queue)),
            numberCell(a.phases.reused ? Words::tr("reused") : phase(connection)),
            numberCell(phase(a.phases.firstByte)),
            numberCell(phase(a.phases.firstToken)),
            numberCell(bridge::formatDuration(a.phases.total)),
            numberCell(tokensInOut(a.usage)),
            numberCell(bridge::formatCost(a.cost)),
            {text(a.detail), text(a.detail), false, false, {}}};
}

GridRow skippedRow(const events::StepSkipped &s, const ProviderNames &names)
{
    const QString why = bridge::word(s.reason);
    const bool needless = s.reason == events::SkipReason::NotNeeded;
    widgets::PillLook look{theme::Tone::Off, theme::Mark::Ring,
                           needless ? Words::tr("Not needed") : Words::tr("Skipped")};
    GridRow row(attemptsHeader().size());
    row[0] = numberCell(QString::number(s.step));
    row[1] = {names(s.provider), {}, false, true, {}};
    row[2] = {text(s.model), {}, false, false, {}};
    row[3] = {look.word, why, false, false, look};
    row.back().text = s.detail.empty() ? why : Words::tr("%1: %2").arg(why, text(s.detail));
    return row;
}

} // namespace

QString servedBy(const ledger::RequestRow &row, const ProviderNames &names)
{
    if (!row.ended) {
        return Words::tr("…");
    }
    const events::RequestEnded &end = *row.ended;
    if (end.servedBy.empty()) {
        return end.attempts == 1 ? Words::tr("none, 1 attempt")
               : end.attempts    ? Words::tr("none of %1 attempts").arg(end.attempts)
                                 : Words::tr("not tried");
    }
    const QString name = names(end.servedBy.substr(0, end.servedBy.find('/')));
    return end.servedStep ? Words::tr("%1 · step %2").arg(name).arg(end.servedStep) : name;
}

QString tokensInOut(const events::TokenUsage &usage)
{
    return Words::tr("%1 / %2").arg(bridge::formatCount(usage.prompt()), bridge::formatCount(usage.output));
}

QString searchText(const ledger::RequestRow &row, const ProviderNames &names)
{
    QStringList words{text(row.started.id.text()),  text(row.started.client), text(row.started.chain),
                      text(row.started.modelAsked), servedBy(row, names),     bridge::requestLook(row).word};
    if (row.ended) {
        words << text(row.ended->servedBy) << text(row.ended->error);
        const RequestOutcome outcome = row.ended->outcome;
        if (outcome == RequestOutcome::Refused || outcome == RequestOutcome::Interrupted) {
            words << Words::tr("error");
        }
    }
    return words.join(QLatin1Char('\n')).toLower();
}

QStringList attemptsHeader()
{
    return {Words::tr("Step"),    Words::tr("Provider"),        Words::tr("Model"),
            Words::tr("Outcome"), Words::tr("Status"),          Words::tr("Began at"),
            Words::tr("Connect"), Words::tr("First byte"),      Words::tr("First token"),
            Words::tr("Total"),   Words::tr("Tokens in / out"), Words::tr("Cost"),
            Words::tr("Detail")};
}

std::vector<GridRow> attemptsRows(const ledger::RequestDetail &detail, const ProviderNames &names)
{
    std::vector<GridRow> rows;
    for (const events::AttemptEnded &attempt : detail.attempts) {
        rows.push_back(attemptRow(attempt, names));
    }
    for (const events::StepSkipped &skip : detail.skipped) {
        rows.push_back(skippedRow(skip, names));
    }
    return rows;
}

} // namespace signalbox::models
