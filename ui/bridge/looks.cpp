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

struct Words {
    Q_DECLARE_TR_FUNCTIONS(looks)
};

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
        return Words::tr("answered");
    case Outcome::DnsFailed:
        return Words::tr("name not found");
    case Outcome::ConnectFailed:
        return Words::tr("no connection");
    case Outcome::TlsFailed:
        return Words::tr("TLS failed");
    case Outcome::FirstTokenTimeout:
        return Words::tr("no first token in time");
    case Outcome::IdleTimeout:
        return Words::tr("went silent");
    case Outcome::TotalTimeout:
        return Words::tr("took too long");
    case Outcome::RateLimited:
        return Words::tr("rate limited");
    case Outcome::QuotaSpent:
        return Words::tr("quota spent");
    case Outcome::KeyRefused:
        return Words::tr("key refused");
    case Outcome::ModelMissing:
        return Words::tr("model not found");
    case Outcome::ContextTooLong:
        return Words::tr("context too long");
    case Outcome::BadRequest:
        return Words::tr("bad request");
    case Outcome::Refused:
        return Words::tr("refused");
    case Outcome::ServerFailed:
        return Words::tr("server error");
    case Outcome::Garbled:
        return Words::tr("garbled answer");
    case Outcome::Empty:
        return Words::tr("empty answer");
    case Outcome::CutOff:
        return Words::tr("cut off");
    case Outcome::Looping:
        return Words::tr("repeats itself");
    case Outcome::BrokenToolCall:
        return Words::tr("broken tool call");
    case Outcome::ClientGone:
        return Words::tr("client gone");
    case Outcome::Superseded:
        return Words::tr("another was faster");
    }
    return {};
}

QString word(SkipReason reason)
{
    switch (reason) {
    case SkipReason::Disabled:
        return Words::tr("step switched off");
    case SkipReason::ProviderDisabled:
        return Words::tr("provider switched off");
    case SkipReason::ProviderMissing:
        return Words::tr("provider not configured");
    case SkipReason::BreakerOpen:
        return Words::tr("breaker open");
    case SkipReason::ProbeRunning:
        return Words::tr("another request is probing");
    case SkipReason::NotNeeded:
        return Words::tr("not needed");
    case SkipReason::FinalAnswer:
        return Words::tr("an earlier answer was final");
    case SkipReason::DeadlineSpent:
        return Words::tr("deadline spent");
    case SkipReason::NotSupported:
        return Words::tr("not supported by this provider");
    case SkipReason::KeyUnavailable:
        return Words::tr("key not available");
    case SkipReason::Condition:
        return Words::tr("its condition is not met");
    case SkipReason::ContextTooSmall:
        return Words::tr("context too small");
    case SkipReason::Capability:
        return Words::tr("model cannot do that");
    case SkipReason::Private:
        return Words::tr("private, and not local");
    case SkipReason::Paused:
        return Words::tr("paused by hand");
    case SkipReason::LocalLimit:
        return Words::tr("own limit reached");
    case SkipReason::CostLimit:
        return Words::tr("may cost too much");
    case SkipReason::Offline:
        return Words::tr("no network");
    }
    return {};
}

PillLook serverLook(const engine::ServerState &server)
{
    return server.listening ? PillLook{Tone::Ok, Mark::Circle, Words::tr("Running")}
                            : PillLook{Tone::Danger, Mark::Square, Words::tr("Not running")};
}

PillLook breakerLook(const std::string &state, std::optional<Outcome> cause,
                     std::optional<base::WallTime> until)
{
    if (state == "half-open") {
        return {Tone::Caution, Mark::HalfCircle, Words::tr("Half-open")};
    }
    if (state == "open") {
        const QString what = cause ? capital(word(*cause)) : Words::tr("Open");
        return {Tone::Danger, Mark::Square,
                until ? Words::tr("%1 until %2").arg(what, formatMinute(*until)) : what};
    }
    return {Tone::Ok, Mark::Circle, Words::tr("OK")};
}

PillLook healthLook(const engine::ProviderHealth &health)
{
    if (health.state == "closed" && health.attempts == 0) {
        return {Tone::Off, Mark::Ring, Words::tr("No traffic")};
    }
    if (health.state == "closed" && health.failures * 2 >= health.attempts) {
        return {Tone::Caution, Mark::Diamond, Words::tr("Failing")};
    }
    return breakerLook(health.state, health.cause, health.until);
}

PillLook requestLook(const ledger::RequestRow &row)
{
    if (!row.ended) {
        return {Tone::Accent, Mark::Ring, Words::tr("In flight")};
    }
    const events::RequestEnded &end = *row.ended;
    switch (end.outcome) {
    case RequestOutcome::Answered:
        return {Tone::Ok, Mark::Circle, Words::tr("Answered")};
    case RequestOutcome::AnsweredByFallback:
        return {Tone::Caution, Mark::Diamond, Words::tr("Fallback")};
    case RequestOutcome::Refused:
        return {Tone::Danger, Mark::Square, Words::tr("Refused, %1").arg(end.status)};
    case RequestOutcome::Interrupted:
        return {Tone::Danger, Mark::Triangle, Words::tr("Interrupted")};
    case RequestOutcome::Cancelled:
        return {Tone::Off, Mark::Ring, Words::tr("Cancelled")};
    case RequestOutcome::Unknown:
        break;
    }
    return {Tone::Off, Mark::Ring, Words::tr("Unknown")};
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
