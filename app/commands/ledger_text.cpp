// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger in plain words.
#include "app/commands/ledger_commands.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include <QDateTime>

#include "app/commands/plain_words.h"

namespace signalbox::app {

using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;

namespace {
using app::words;

std::string localTime(base::WallTime at)
{
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")).toStdString();
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
