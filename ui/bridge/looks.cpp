// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/looks.h"

#include <QCoreApplication>

#include "core/engine/engine.h"
#include "ui/bridge/format.h"

namespace signalbox::bridge {

using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;
using theme::Mark;
using theme::Tone;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("looks", text);
}

QString capital(QString word)
{
    if (!word.isEmpty()) {
        word[0] = word[0].toUpper();
    }
    return word;
}

} // namespace

QString word(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Answered:
        return tr("answered");
    case Outcome::DnsFailed:
        return tr("name not found");
    case Outcome::ConnectFailed:
        return tr("no connection");
    case Outcome::TlsFailed:
        return tr("TLS failed");
    case Outcome::FirstTokenTimeout:
        return tr("no first token in time");
    case Outcome::IdleTimeout:
        return tr("went silent");
    case Outcome::TotalTimeout:
        return tr("took too long");
    case Outcome::RateLimited:
        return tr("rate limited");
    case Outcome::QuotaSpent:
        return tr("quota spent");
    case Outcome::KeyRefused:
        return tr("key refused");
    case Outcome::ModelMissing:
        return tr("model not found");
    case Outcome::ContextTooLong:
        return tr("context too long");
    case Outcome::BadRequest:
        return tr("bad request");
    case Outcome::Refused:
        return tr("refused");
    case Outcome::ServerFailed:
        return tr("server error");
    case Outcome::Garbled:
        return tr("garbled answer");
    case Outcome::Empty:
        return tr("empty answer");
    case Outcome::CutOff:
        return tr("cut off");
    case Outcome::ClientGone:
        return tr("client gone");
    }
    return {};
}

QString word(SkipReason reason)
{
    switch (reason) {
    case SkipReason::Disabled:
        return tr("step switched off");
    case SkipReason::ProviderDisabled:
        return tr("provider switched off");
    case SkipReason::ProviderMissing:
        return tr("provider not configured");
    case SkipReason::BreakerOpen:
        return tr("breaker open");
    case SkipReason::ProbeRunning:
        return tr("another request is probing");
    case SkipReason::NotNeeded:
        return tr("not needed");
    case SkipReason::FinalAnswer:
        return tr("an earlier answer was final");
    case SkipReason::DeadlineSpent:
        return tr("deadline spent");
    case SkipReason::NotSupported:
        return tr("not supported by this provider");
    case SkipReason::KeyUnavailable:
        return tr("key not available");
    }
    return {};
}

PillLook serverLook(const engine::ServerState &server)
{
    return server.listening ? PillLook{Tone::Ok, Mark::Circle, tr("Running")}
                            : PillLook{Tone::Danger, Mark::Square, tr("Not running")};
}

PillLook breakerLook(const std::string &state, std::optional<Outcome> cause,
                     std::optional<base::WallTime> until)
{
    if (state == "half-open") {
        return {Tone::Caution, Mark::HalfCircle, tr("Half-open")};
    }
    if (state == "open") {
        const QString what = cause ? capital(word(*cause)) : tr("Open");
        return {Tone::Danger, Mark::Square, until ? tr("%1 until %2").arg(what, formatMinute(*until)) : what};
    }
    return {Tone::Ok, Mark::Circle, tr("OK")};
}

PillLook healthLook(const engine::ProviderHealth &health)
{
    if (health.state == "closed" && health.attempts == 0) {
        return {Tone::Off, Mark::Ring, tr("No traffic")};
    }
    if (health.state == "closed" && health.failures * 2 >= health.attempts) {
        return {Tone::Caution, Mark::Diamond, tr("Failing")};
    }
    return breakerLook(health.state, health.cause, health.until);
}

PillLook requestLook(const ledger::RequestRow &row)
{
    if (!row.ended) {
        return {Tone::Accent, Mark::Ring, tr("In flight")};
    }
    const events::RequestEnded &end = *row.ended;
    switch (end.outcome) {
    case RequestOutcome::Answered:
        return {Tone::Ok, Mark::Circle, tr("Answered")};
    case RequestOutcome::AnsweredByFallback:
        return {Tone::Caution, Mark::Diamond, tr("Fallback")};
    case RequestOutcome::Refused:
        return {Tone::Danger, Mark::Square, tr("Refused, %1").arg(end.status)};
    case RequestOutcome::Interrupted:
        return {Tone::Danger, Mark::Triangle, tr("Interrupted")};
    case RequestOutcome::Cancelled:
        return {Tone::Off, Mark::Ring, tr("Cancelled")};
    case RequestOutcome::Unknown:
        break;
    }
    return {Tone::Off, Mark::Ring, tr("Unknown")};
}

PillLook attemptLook(const events::AttemptEnded &attempt)
{
    const QString name = capital(word(attempt.outcome));
    switch (attempt.outcome) {
    case Outcome::Answered:
        return {Tone::Ok, Mark::Circle, name};
    case Outcome::ClientGone:
        return {Tone::Off, Mark::Ring, name};
    default:
        return {Tone::Danger, Mark::Square, name};
    }
}

} // namespace signalbox::bridge
