// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/ledger_commands.h"

#include <cstdio>

#include "app/commands/commands.h"
#include "app/commands/json_object.h"
#include "core/foundation/config/file/profile_paths.h"
#include "core/record/ledger/ledger_reader.h"

namespace signalbox::app {

namespace {
JsonObject requestObject(const ledger::RequestRow &row)
{
    JsonObject object;
    const events::RequestStarted &started = row.started;
    object.text("id", started.id.text()).time("startedAt", started.at).text("client", started.client);
    object.text("endpoint", started.endpoint).text("modelAsked", started.modelAsked);
    object.text("chain", started.chain)
        .number("chainVersion", started.chainVersion)
        .flag("stream", started.stream);
    object.text("rule", started.rule)
        .text("complexity", started.complexity)
        .flag("private", started.isPrivate);
    object.flag("ended", row.ended.has_value());
    if (!row.ended) {
        return object;
    }
    const events::RequestEnded &ended = *row.ended;
    object.time("endedAt", ended.at)
        .text("outcome", events::toText(ended.outcome))
        .number("status", ended.status);
    object.number("attemptCount", ended.attempts).number("servedStep", ended.servedStep);
    object.text("servedBy", ended.servedBy).micros("totalUs", ended.total);
    object.micros("firstTokenUs", ended.firstToken).micros("overheadUs", ended.overhead);
    object.tokens(ended.usage).money("costUsd", ended.cost).text("error", ended.error);
    return object;
}

std::string attemptObject(const events::AttemptEnded &attempt)
{
    const events::Phases &phases = attempt.phases;
    JsonObject times;
    times.micros("queueUs", phases.queue).micros("dnsUs", phases.dns).micros("connectUs", phases.connect);
    times.micros("tlsUs", phases.tls).micros("firstByteUs", phases.firstByte);
    times.micros("firstTokenUs", phases.firstToken)
        .micros("streamUs", phases.stream())
        .micros("totalUs", phases.total)
        .flag("reused", phases.reused);
    JsonObject object;
    object.number("attempt", attempt.attempt).number("step", attempt.step).text("provider", attempt.provider);
    object.text("model", attempt.model).text("modelAnswered", attempt.modelAnswered);
    object.time("startedAt", attempt.at).text("outcome", events::toText(attempt.outcome));
    object.number("status", attempt.status)
        .text("detail", attempt.detail)
        .flag("ambiguous", attempt.ambiguous);
    object.flag("simulated", attempt.simulated).raw("phases", times.close()).tokens(attempt.usage);
    object.text("tokensConfidence", events::toText(attempt.usageConfidence)).money("costUsd", attempt.cost);
    object.text("costConfidence", events::toText(attempt.costConfidence))
        .text("priceVersion", attempt.priceVersion);
    object.text("breakerBefore", attempt.breakerBefore).text("breakerAfter", attempt.breakerAfter);
    object.text("kind", events::toText(attempt.kind)).text("drill", attempt.drill).text("note", attempt.note);
    return object.close();
}

std::string skippedObject(const events::StepSkipped &skipped)
{
    JsonObject object;
    object.number("step", skipped.step).text("provider", skipped.provider).text("model", skipped.model);
    return object.text("reason", events::toText(skipped.reason)).text("detail", skipped.detail).close();
}

int fail(const base::Error &error)
{
    std::fprintf(stderr, "signalbox: %s\n", error.message.c_str());
    return 1;
}

int print(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
}
} // namespace

std::string requestsAsJson(const std::vector<ledger::RequestRow> &rows)
{
    return jsonList(rows, [](const ledger::RequestRow &row) { return requestObject(row).close(); }) + "\n";
}

std::string explanationAsJson(const ledger::RequestDetail &detail)
{
    return requestObject(detail.request)
               .raw("attempts", jsonList(detail.attempts, attemptObject))
               .raw("skipped", jsonList(detail.skipped, skippedObject))
               .close()
           + "\n";
}

int printRequests(const std::string &ledgerPath, bool json, int limit)
{
    auto reader = ledger::LedgerReader::open(ledgerPath);
    if (!reader) {
        return fail(reader.error());
    }
    const auto rows = reader->requests({.limit = limit, .before = {}, .chain = {}, .client = {}});
    if (!rows) {
        return fail(rows.error());
    }
    return print(json ? requestsAsJson(*rows) : requestsAsText(*rows));
}

int printExplain(const std::string &ledgerPath, const std::string &requestId, bool json)
{
    auto reader = ledger::LedgerReader::open(ledgerPath);
    if (!reader) {
        return fail(reader.error());
    }
    const auto detail = reader->requestFrom(requestId);
    if (!detail) {
        return fail(detail.error());
    }
    return print(json ? explanationAsJson(*detail) : explanationAsText(*detail));
}

namespace {
/// Runs `show` on the ledger of the profile that the command line names.
template<typename Show>
int withLedger(const CommandLine &commandLine, Show show)
{
    const auto paths = config::profilePaths(commandLine.profile);
    if (!paths) {
        std::fprintf(stderr, "signalbox: %s\n", paths.error().message.c_str());
        return kFailed;
    }
    return show(paths->ledger);
}
} // namespace

int runRequests(const CommandLine &commandLine)
{
    return withLedger(commandLine, [&](const std::string &file) {
        return printRequests(file, commandLine.json, commandLine.limit);
    });
}

int runExplain(const CommandLine &commandLine)
{
    return withLedger(commandLine, [&](const std::string &file) {
        return printExplain(file, commandLine.argument, commandLine.json);
    });
}

} // namespace signalbox::app
