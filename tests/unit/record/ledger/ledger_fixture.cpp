// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/record/ledger/ledger_fixture.h"

#include "core/record/ledger/database.h"

namespace signalbox::test {

using namespace std::chrono_literals;

base::WallTime noon()
{
    return base::WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 12h);
}

base::RequestId requestId(int n)
{
    return base::RequestId::lowest(noon() + n * 1ms);
}

events::RequestStarted started(int n)
{
    return {.id = requestId(n),
            .at = noon() + n * 1ms,
            .client = "aider",
            .endpoint = "chat.completions",
            .modelAsked = "coding",
            .chain = "coding",
            .chainVersion = 3,
            .stream = true,
            .rule = "night",
            .complexity = "hard: 14 files, tools",
            .isPrivate = true};
}

events::AttemptEnded attemptEnded(int n, int attempt)
{
    events::AttemptEnded e;
    e.request = requestId(n);
    e.attempt = attempt;
    e.step = attempt;
    e.provider = "openai";
    e.model = "gpt-5.4";
    e.modelAnswered = "gpt-5.4-2026-03-01";
    e.at = noon() + n * 1ms + 250us;
    e.status = 200;
    e.phases = {.queue = 11us,
                .dns = 12us,
                .connect = 13us,
                .tls = 14us,
                .firstByte = 15us,
                .firstToken = 16us,
                .total = 17us,
                .reused = true};
    e.usage = {.input = 100,
               .cachedInput = 20,
               .cacheWrite = 3,
               .cacheWrite1h = 4,
               .output = 50,
               .reasoning = 6,
               .audioInput = 7,
               .audioOutput = 8,
               .imageInput = 9};
    e.usageConfidence = events::Confidence::Reported;
    e.cost = base::Money{1'234'567};
    e.costConfidence = events::Confidence::Computed;
    e.priceVersion = "2026-11-20";
    e.breakerBefore = "half-open";
    e.breakerAfter = "closed";
    e.kind = events::AttemptKind::Repeat;
    e.drill = "slow";
    e.note = "12 turns dropped to fit";
    return e;
}

events::RequestEnded ended(int n)
{
    return {.id = requestId(n),
            .at = noon() + n * 1ms + 500us,
            .total = 480us,
            .firstToken = 60us,
            .overhead = 5us,
            .outcome = events::RequestOutcome::Answered,
            .status = 200,
            .attempts = 1,
            .servedStep = 1,
            .servedBy = "openai/gpt-5.4",
            .usage = attemptEnded(n, 1).usage,
            .cost = base::Money{1'234'567},
            .error = {}};
}

std::vector<events::Event> wholeRequest(int n)
{
    return {started(n), events::AttemptStarted{requestId(n), 1, 1, "openai", "gpt-5.4"}, attemptEnded(n, 1),
            ended(n)};
}

base::Result<std::vector<ledger::RequestRow>> rowsOf(ledger::Ledger &ledger, ledger::RequestQuery query)
{
    return answerOf<std::vector<ledger::RequestRow>>([&](auto reply) { ledger.requests(query, reply); });
}

base::Result<ledger::RequestDetail> detailOf(ledger::Ledger &ledger, const base::RequestId &id)
{
    return answerOf<ledger::RequestDetail>([&](auto reply) { ledger.request(id, reply); });
}

std::int64_t numberIn(const std::string &file, const std::string &sql)
{
    const auto database = ledger::Database::open(file, ledger::Database::Mode::Read);
    return database ? (*database)->number(sql).value_or(-1) : -1;
}

std::string textIn(const std::string &file, const std::string &sql)
{
    const auto database = ledger::Database::open(file, ledger::Database::Mode::Read);
    return database ? (*database)->text(sql).value_or("?") : "?";
}

} // namespace signalbox::test
