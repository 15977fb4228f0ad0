// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger in plain words.
#include "app/commands/ledger_commands.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include <QDateTime>

namespace signalbox::app {

using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;

namespace {
/// Text that others wrote, safe for a terminal: one line, no control characters.
std::string plain(std::string text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        // The second control block is two bytes in UTF-8: C2 80 … C2 9F.
        const bool second =
            c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (c < 0x20 || c == 0x7f) {
            text[i] = ' ';
        } else if (second) {
            text[i] = text[i + 1] = ' ';
        }
    }
    return text;
}

std::string localTime(base::WallTime at)
{
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")).toStdString();
}

std::string took(base::Duration duration)
{
    const double ms = base::toMs(duration);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(),
                  ms >= 1000 ? "%.2f s"
                  : ms >= 10 ? "%.0f ms"
                             : "%.2f ms",
                  ms >= 1000 ? ms / 1000 : ms);
    std::string out = text.data();
    std::ranges::replace(out, ',', '.'); // whatever the locale
    return out;
}

std::string money(std::optional<base::Money> amount)
{
    return amount ? std::string("$").append(base::formatDollars(*amount)) : "unknown";
}

const char *words(RequestOutcome outcome)
{
    switch (outcome) {
    case RequestOutcome::Answered:
        return "answered";
    case RequestOutcome::AnsweredByFallback:
        return "answered by fallback";
    case RequestOutcome::Refused:
        return "failed";
    case RequestOutcome::Interrupted:
        return "broken off in the middle";
    case RequestOutcome::Cancelled:
        return "cancelled by the client";
    case RequestOutcome::Unknown:
        return "unknown: Signalbox ended";
    }
    return "";
}

const char *words(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Answered:
        return "answered";
    case Outcome::DnsFailed:
        return "the provider's name was not found";
    case Outcome::ConnectFailed:
        return "no connection";
    case Outcome::TlsFailed:
        return "no secure connection";
    case Outcome::FirstTokenTimeout:
        return "nothing came within the first-token limit";
    case Outcome::IdleTimeout:
        return "it fell silent in the middle";
    case Outcome::TotalTimeout:
        return "it took longer than allowed";
    case Outcome::RateLimited:
        return "rate limited";
    case Outcome::QuotaSpent:
        return "the account's quota is spent";
    case Outcome::KeyRefused:
        return "the key was refused";
    case Outcome::ModelMissing:
        return "the provider does not have this model";
    case Outcome::ContextTooLong:
        return "the prompt is too long for this model";
    case Outcome::BadRequest:
        return "the provider refused the request itself";
    case Outcome::Refused:
        return "the model declined to answer";
    case Outcome::ServerFailed:
        return "the provider failed";
    case Outcome::Garbled:
        return "the answer made no sense";
    case Outcome::Empty:
        return "the answer was empty";
    case Outcome::CutOff:
        return "the answer was cut off";
    case Outcome::Looping:
        return "the answer repeated itself";
    case Outcome::BrokenToolCall:
        return "a tool call was broken";
    case Outcome::ClientGone:
        return "the client went away";
    case Outcome::Superseded:
        return "another attempt answered first";
    default:
        return "failed";
    }
}

std::string words(SkipReason reason)
{
    switch (reason) {
    case SkipReason::Disabled:
        return "the step is switched off";
    case SkipReason::ProviderDisabled:
        return "the provider is switched off";
    case SkipReason::ProviderMissing:
        return "the provider is not configured";
    case SkipReason::BreakerOpen:
        return "it failed lately and rests";
    case SkipReason::ProbeRunning:
        return "another request is finding out whether it works again";
    case SkipReason::NotNeeded:
        return "not needed, an earlier step answered";
    case SkipReason::FinalAnswer:
        return "an earlier step's answer was final";
    case SkipReason::DeadlineSpent:
        return "no time was left";
    case SkipReason::NotSupported:
        return "it cannot serve this kind of request";
    case SkipReason::KeyUnavailable:
        return "its key is not available";
    case SkipReason::Condition:
        return "its condition is not met";
    case SkipReason::ContextTooSmall:
        return "its context is too small for the prompt";
    case SkipReason::Capability:
        return "the model cannot do what the request needs";
    case SkipReason::Private:
        return "the request is private and the step is not local";
    case SkipReason::Paused:
        return "it is paused by hand";
    case SkipReason::LocalLimit:
        return "the limit set for the provider is reached";
    case SkipReason::CostLimit:
        return "it may cost more than is allowed";
    case SkipReason::Offline:
        return "this machine has no network";
    }
    return std::string(events::toText(reason));
}

std::string tokens(const events::TokenUsage &usage)
{
    std::string out = std::to_string(usage.prompt()) + " in";
    const auto part = [&out](std::int64_t count, const char *name) {
        if (count > 0) {
            out +=
                (out.back() == ')' ? out.pop_back(), ", " : " (") + std::to_string(count) + " " + name + ")";
        }
    };
    part(usage.cachedInput, "cached");
    part(usage.cacheWrite + usage.cacheWrite1h, "written to the cache");
    part(usage.audioInput, "audio");
    part(usage.imageInput, "image");
    out += ", " + std::to_string(usage.output) + " out";
    part(usage.reasoning, "reasoning");
    part(usage.audioOutput, "audio");
    return out;
}

const char *words(events::Confidence confidence)
{
    switch (confidence) {
    case events::Confidence::Reported:
        return "as the provider says";
    case events::Confidence::Computed:
        return "computed";
    case events::Confidence::Estimated:
        return "estimated";
    case events::Confidence::Unknown:
        return "not known";
    }
    return "";
}

/// Why it was made, where that is not plain from the order.
const char *words(events::AttemptKind kind)
{
    switch (kind) {
    case events::AttemptKind::First:
    case events::AttemptKind::Fallback:
        return "";
    case events::AttemptKind::Repeat:
        return "the same step again";
    case events::AttemptKind::Hedge:
        return "hedge: the one before was slow";
    case events::AttemptKind::Race:
        return "race: several at once";
    case events::AttemptKind::Continue:
        return "goes on with the answer that broke off";
    }
    return "";
}

std::string phases(const events::Phases &phases)
{
    std::string out = took(phases.total) + ", begun " + took(phases.queue) + " after the request";
    const auto phase = [&out](const char *name, base::Duration duration) {
        if (duration > base::Duration::zero()) {
            out += std::string("; ") + name + " " + took(duration);
        }
    };
    phase("name", phases.dns);
    phase("connect", phases.connect);
    phase("TLS", phases.tls);
    if (phases.reused) {
        out += "; connection reused";
    }
    phase("first byte", phases.firstByte);
    phase("first content", phases.firstToken);
    phase("streaming", phases.stream());
    return out;
}

std::string attemptText(const events::AttemptEnded &attempt)
{
    std::string out = "  Step " + std::to_string(attempt.step) + "  "
                      + plain(attempt.provider + "/" + attempt.model) + ": attempt "
                      + std::to_string(attempt.attempt) + ", " + words(attempt.outcome);
    if (attempt.status > 0 && attempt.outcome != Outcome::Answered) {
        out += " (HTTP " + std::to_string(attempt.status) + ")";
    }
    const std::string_view why = words(attempt.kind);
    out += why.empty() ? "" : "; " + std::string(why);
    out += attempt.simulated ? ", simulated\n" : "\n";
    const auto line = [&out](const char *name, const std::string &text) {
        out += "      " + std::string(name) + std::string(10 - std::string_view(name).size(), ' ')
               + plain(text) + "\n";
    };
    if (!attempt.drill.empty()) {
        line("DRILL", "made to fail on purpose: " + attempt.drill);
    }
    if (!attempt.note.empty()) {
        line("changed", attempt.note);
    }
    if (!attempt.detail.empty()) {
        line("says", attempt.detail);
    }
    if (!attempt.modelAnswered.empty() && attempt.modelAnswered != attempt.model) {
        line("model", attempt.modelAnswered + " answered");
    }
    line("took", phases(attempt.phases));
    if (attempt.usage != events::TokenUsage()) {
        line("tokens", tokens(attempt.usage) + ", " + words(attempt.usageConfidence));
    }
    std::string cost = money(attempt.cost);
    if (attempt.cost) {
        cost += std::string(", ") + words(attempt.costConfidence);
    }
    if (!attempt.priceVersion.empty()) {
        cost +=
            attempt.priceVersion == "config" ? ", your own prices" : ", prices of " + attempt.priceVersion;
    }
    line("cost", cost + (attempt.ambiguous ? "; the provider may have worked and may bill" : ""));
    if (!attempt.breakerBefore.empty() || !attempt.breakerAfter.empty()) {
        line("breaker", attempt.breakerBefore == attempt.breakerAfter
                            ? attempt.breakerBefore
                            : attempt.breakerBefore + " -> " + attempt.breakerAfter);
    }
    return out;
}

std::string skippedText(const events::StepSkipped &skipped)
{
    return "  Step " + std::to_string(skipped.step) + "  " + plain(skipped.provider + "/" + skipped.model)
           + ": not tried, " + words(skipped.reason)
           + (skipped.detail.empty() ? "" : " (" + plain(skipped.detail) + ")") + "\n";
}

std::string headText(const ledger::RequestRow &row)
{
    const events::RequestStarted &started = row.started;
    std::string out = "Request " + started.id.text() + "\n  " + localTime(started.at) + ", "
                      + (started.client.empty() ? "unknown client" : plain(started.client)) + " asked for \""
                      + plain(started.modelAsked) + "\" (" + started.endpoint
                      + (started.stream ? ", streamed)\n" : ")\n");
    if (!started.chain.empty()) {
        out += "  Chain " + started.chain + ", version " + std::to_string(started.chainVersion)
               + (started.rule.empty() ? "" : ", chosen by rule \"" + plain(started.rule) + "\"") + "\n";
    }
    if (!started.complexity.empty()) {
        out += "  Complexity: " + plain(started.complexity) + "\n";
    }
    if (started.isPrivate) {
        out += "  Private: only local steps may have it\n";
    }
    if (!row.ended) {
        return out + "  Still running, or Signalbox ended before it did\n";
    }
    const events::RequestEnded &ended = *row.ended;
    out += "  Outcome: " + std::string(words(ended.outcome));
    if (!ended.servedBy.empty()) {
        out += ", by step " + std::to_string(ended.servedStep) + ", " + ended.servedBy;
    }
    if (ended.status > 0) {
        out += ", HTTP " + std::to_string(ended.status);
    }
    out += "\n";
    if (!ended.error.empty()) {
        out += "  " + plain(ended.error) + "\n";
    }
    if (ended.total > base::Duration::zero()) {
        out += "  Took " + took(ended.total);
        if (ended.firstToken > base::Duration::zero()) {
            out += ", first content after " + took(ended.firstToken);
        }
        out += ", of which Signalbox " + took(ended.overhead) + "\n";
    }
    return out + "  Cost: " + money(ended.cost) + "; tokens: " + tokens(ended.usage) + "\n";
}
} // namespace

std::string requestsAsText(const std::vector<ledger::RequestRow> &rows)
{
    if (rows.empty()) {
        return "No requests yet.\n";
    }
    std::vector<std::array<std::string, 8>> table = {
        {"TIME", "ID", "CLIENT", "CHAIN", "OUTCOME", "SERVED BY", "TOOK", "COST"}};
    for (const ledger::RequestRow &row : rows) {
        const events::RequestStarted &started = row.started;
        auto &line = table.emplace_back();
        line[0] = localTime(started.at);
        line[1] = started.id.text();
        line[2] = plain(started.client);
        line[3] = plain(started.chain.empty() ? started.modelAsked : started.chain);
        line[4] = row.ended ? words(row.ended->outcome) : "running";
        line[5] = row.ended && !row.ended->servedBy.empty() ? row.ended->servedBy : "-";
        line[6] = row.ended ? took(row.ended->total) : "-";
        line[7] = row.ended ? money(row.ended->cost) : "-";
    }
    std::array<std::size_t, 8> widths{};
    for (const auto &line : table) {
        for (std::size_t column = 0; column < line.size(); ++column) {
            widths[column] = std::max(widths[column], line[column].size());
        }
    }
    std::string out;
    for (const auto &line : table) {
        for (std::size_t column = 0; column < line.size(); ++column) {
            out += line[column];
            if (column + 1 < line.size()) {
                out += std::string(widths[column] - line[column].size() + 2, ' ');
            }
        }
        out += "\n";
    }
    return out;
}

std::string explanationAsText(const ledger::RequestDetail &detail)
{
    // In the order of the chain; several tries of one step in the order they were made.
    std::multimap<int, std::string> steps;
    for (const events::StepSkipped &skipped : detail.skipped) {
        steps.emplace(skipped.step, skippedText(skipped));
    }
    for (const events::AttemptEnded &attempt : detail.attempts) {
        steps.emplace(attempt.step, attemptText(attempt));
    }
    std::string out = headText(detail.request);
    for (const auto &[step, text] : steps) {
        out += "\n" + text;
    }
    return out;
}

} // namespace signalbox::app
