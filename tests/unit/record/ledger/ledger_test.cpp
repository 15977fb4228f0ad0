// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/ledger.h"

#include <memory>
#include <tuple>

#include <QTemporaryDir>

#include "core/foundation/base/random.h"
#include "core/record/ledger/ledger_reader.h"
#include "tests/support/registry.h"
#include "tests/unit/record/ledger/ledger_fixture.h"

using namespace signalbox;
using namespace std::chrono_literals;

namespace {
auto facts(const events::RequestStarted &e)
{
    return std::tuple(e.id, e.at, e.client, e.endpoint, e.modelAsked, e.chain, e.chainVersion, e.stream,
                      e.rule, e.complexity, e.isPrivate);
}
auto facts(const events::RequestEnded &e)
{
    return std::tuple(e.id, e.at, e.total, e.firstToken, e.overhead, e.outcome, e.status, e.attempts,
                      e.servedStep, e.servedBy, e.usage, e.cost, e.error);
}
auto facts(const events::AttemptEnded &e)
{
    return std::tuple(e.request, e.attempt, e.step, e.provider, e.model, e.modelAnswered, e.at, e.outcome,
                      e.status, e.detail, e.ambiguous, e.simulated, e.usage, e.usageConfidence, e.cost,
                      e.costConfidence, e.priceVersion, e.breakerBefore, e.breakerAfter, e.kind, e.drill,
                      e.note);
}
auto facts(const events::Phases &e)
{
    return std::tuple(e.queue, e.dns, e.connect, e.tls, e.firstByte, e.firstToken, e.total, e.reused);
}
auto facts(const events::StepSkipped &e)
{
    return std::tuple(e.request, e.step, e.provider, e.model, e.reason, e.detail);
}
} // namespace

class LedgerTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_file;

    std::unique_ptr<ledger::Ledger> open()
    {
        return std::make_unique<ledger::Ledger>(
            ledger::Ledger::Deps{.file = m_file, .wallNow = test::noon, .onNotice = {}});
    }
    static void record(ledger::Ledger &ledger, const std::vector<events::Event> &batch)
    {
        for (const events::Event &event : batch) {
            ledger.record(event);
        }
    }
    void rollupEqualsTheSumOfAttempts()
    {
        for (const char *const column :
             {"input_tokens", "cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens",
              "output_tokens", "reasoning_tokens", "audio_input_tokens", "audio_output_tokens",
              "image_input_tokens", "cost_nano"}) {
            const std::string sum = std::string("SELECT ifnull(sum(") + column + "), 0) FROM ";
            QCOMPARE(test::numberIn(m_file, sum + "spend_daily"), test::numberIn(m_file, sum + "attempts"));
        }
        QCOMPARE(test::numberIn(m_file, "SELECT sum(attempts) FROM spend_daily"),
                 test::numberIn(m_file, "SELECT count(*) FROM attempts WHERE outcome IS NOT NULL"));
        QCOMPARE(
            test::numberIn(m_file, "SELECT sum(unpriced) FROM spend_daily"),
            test::numberIn(m_file,
                           "SELECT count(*) FROM attempts WHERE outcome IS NOT NULL AND cost_nano IS NULL"));
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("ledger.db")).toStdString();
    }

    void keepsEveryField()
    {
        events::AttemptEnded failed = test::attemptEnded(1, 1);
        failed.outcome = events::Outcome::ServerFailed;
        failed.status = 503;
        failed.detail = "Überlastet; '); DROP TABLE requests; --";
        failed.modelAnswered.clear();
        failed.ambiguous = true;
        failed.simulated = true;
        failed.cost.reset();
        failed.costConfidence = events::Confidence::Unknown;
        events::AttemptEnded good = test::attemptEnded(1, 2);
        const events::StepSkipped skipped{
            test::requestId(1), 3, "box", "qwen3:32b", events::SkipReason::NotNeeded, "step 2 answered"};
        events::RequestEnded end = test::ended(1);
        end.outcome = events::RequestOutcome::AnsweredByFallback;
        end.cost.reset();
        end.error = "none";
        {
            const auto ledger = open();
            record(*ledger, {test::started(1), failed, good, skipped, end});
        }
        const auto ledger = open(); // from the file, not from memory
        const auto detail = test::detailOf(*ledger, test::requestId(1));
        QVERIFY(detail);
        QVERIFY(facts(detail->request.started) == facts(test::started(1)));
        QVERIFY(detail->request.ended && facts(*detail->request.ended) == facts(end));
        QCOMPARE(detail->attempts.size(), 2U);
        QVERIFY(facts(detail->attempts[0]) == facts(failed));
        QVERIFY(facts(detail->attempts[1]) == facts(good));
        QVERIFY(facts(detail->attempts[1].phases) == facts(good.phases));
        QCOMPARE(detail->skipped.size(), 1U);
        QVERIFY(facts(detail->skipped[0]) == facts(skipped));
    }

    void keepsBreakerChangesAndNotices()
    {
        const events::BreakerChanged changed{test::noon(),      "openai", "gpt-5.4",
                                             "closed",          "open",   events::Outcome::RateLimited,
                                             test::noon() + 15s};
        {
            const auto ledger = open();
            record(*ledger, {changed, events::Notice{test::noon(), events::Notice::Kind::KeyProblem, "openai",
                                                     "The key was refused"}});
        }
        auto reader = ledger::LedgerReader::open(m_file);
        QVERIFY(reader);
        const auto found = reader->events(10);
        QVERIFY(found);
        QCOMPARE(found->size(), 2U);
        const auto &notice = std::get<events::Notice>((*found)[0]);
        QCOMPARE(notice.kind, events::Notice::Kind::KeyProblem);
        QCOMPARE(notice.text, std::string("The key was refused"));
        const auto &breaker = std::get<events::BreakerChanged>((*found)[1]);
        QCOMPARE(breaker.provider, changed.provider);
        QCOMPARE(breaker.from + breaker.to, std::string("closedopen"));
        QCOMPARE(breaker.cause, changed.cause);
        QVERIFY(breaker.until == changed.until && breaker.at == changed.at);
    }

    void aRequestHasARowBeforeItEnds()
    {
        const auto ledger = open();
        ledger->record(test::started(1));
        ledger->record(events::AttemptStarted{test::requestId(1), 1, 1, "openai", "gpt-5.4"});
        const auto rows = test::rowsOf(*ledger);
        QVERIFY(rows);
        QCOMPARE(rows->size(), 1U);
        QVERIFY(!rows->front().ended);
        QCOMPARE(test::numberIn(m_file, "SELECT count(*) FROM attempts WHERE outcome IS NULL"), 1);
        QVERIFY(test::detailOf(*ledger, test::requestId(1))->attempts.empty());

        record(*ledger, {test::attemptEnded(1, 1), test::ended(1)});
        const auto detail = test::detailOf(*ledger, test::requestId(1));
        QVERIFY(detail->request.ended && facts(*detail->request.ended) == facts(test::ended(1)));
        QCOMPARE(detail->attempts.size(), 1U);
        QVERIFY(facts(detail->attempts[0]) == facts(test::attemptEnded(1, 1)));
        rollupEqualsTheSumOfAttempts();
        QCOMPARE(test::textIn(m_file, "SELECT chain || client FROM spend_daily"), std::string("codingaider"));
    }

    void commitsWithoutBeingAsked()
    {
        const auto ledger = open();
        record(*ledger, test::wholeRequest(1));
        QTRY_COMPARE(test::numberIn(m_file, "SELECT count(*) FROM requests WHERE outcome = 'Answered'"), 1);
    }

    void whatAnEarlierRunLeftOpenHasAnUnknownOutcome()
    {
        // Left as a killed program leaves it: rows committed, no end written.
        {
            const auto ledger = open();
            record(*ledger, test::wholeRequest(1));
            ledger->record(test::started(2));
            ledger->record(events::AttemptStarted{test::requestId(2), 1, 1, "openai", "gpt-5.4"});
        }
        const auto ledger = open();
        const auto detail = test::detailOf(*ledger, test::requestId(2));
        QVERIFY(detail && detail->request.ended);
        QCOMPARE(detail->request.ended->outcome, events::RequestOutcome::Unknown);
        QCOMPARE(detail->request.ended->attempts, 1);
        QVERIFY(!detail->request.ended->cost);
        QVERIFY(!detail->request.ended->error.empty());
        QCOMPARE(detail->attempts.size(), 1U);
        QCOMPARE(detail->attempts[0].outcome, events::Outcome::CutOff);
        QVERIFY(detail->attempts[0].ambiguous && !detail->attempts[0].cost);
        QCOMPARE(test::numberIn(m_file, "SELECT sum(unpriced) FROM spend_daily"), 1);
        rollupEqualsTheSumOfAttempts();
        QCOMPARE(test::detailOf(*ledger, test::requestId(1))->request.ended->outcome,
                 events::RequestOutcome::Answered);
    }

    void requestsComeNewestFirstInPages()
    {
        const auto ledger = open();
        for (int n = 0; n < 25; ++n) {
            events::RequestStarted start = test::started(n);
            start.chain = n % 2 == 0 ? "even" : "odd";
            start.client = n % 5 == 0 ? "five" : "other";
            ledger->record(start);
        }
        ledger::RequestQuery query{.limit = 10, .before = {}, .chain = {}, .client = {}};
        std::vector<base::RequestId> ids;
        for (auto page = test::rowsOf(*ledger, query); !page->empty(); page = test::rowsOf(*ledger, query)) {
            for (const auto &row : *page) {
                ids.push_back(row.started.id);
            }
            query.before = ids.back();
        }
        QCOMPARE(ids.size(), 25U);
        QVERIFY(std::ranges::is_sorted(ids, std::greater<>()));
        query = {.limit = 100, .before = {}, .chain = "even", .client = "five"};
        QCOMPARE(test::rowsOf(*ledger, query)->size(), 3U); // 0, 10, 20
        query.before = test::requestId(20);
        QCOMPARE(test::rowsOf(*ledger, query)->size(), 2U);
    }

    void theSameEventsAgainChangeNothing()
    {
        const auto ledger = open();
        record(*ledger, test::wholeRequest(1));
        QVERIFY(test::rowsOf(*ledger));
        events::RequestEnded second = test::ended(1);
        second.outcome = events::RequestOutcome::Interrupted;
        record(*ledger, test::wholeRequest(1));
        ledger->record(second);
        QCOMPARE(test::rowsOf(*ledger)->front().ended->outcome, events::RequestOutcome::Answered);
        QCOMPARE(test::numberIn(m_file, "SELECT attempts FROM spend_daily"), 1);
        rollupEqualsTheSumOfAttempts();
    }

    void aRequestWhoseStartWasLostStillHasARow()
    {
        const auto ledger = open();
        record(*ledger, {test::attemptEnded(1, 1), test::ended(1)});
        const auto detail = test::detailOf(*ledger, test::requestId(1));
        QVERIFY(detail && detail->request.ended);
        QCOMPARE(detail->request.started.at, test::noon() + 1ms + 20us);
        QCOMPARE(detail->attempts.size(), 1U);
    }

    void skippedStepsAreKeptWheneverTheyAreReported()
    {
        const auto skip = [](int step, const char *detail) {
            return events::StepSkipped{
                test::requestId(1), step, "p\"\\", "m\n\x01ü", events::SkipReason::BreakerOpen, detail};
        };
        const auto ledger = open();
        record(*ledger, {test::started(1), skip(1, "with the start")});
        QVERIFY(test::rowsOf(*ledger));
        ledger->record(skip(3, "in a batch of its own"));
        QVERIFY(test::rowsOf(*ledger));
        record(*ledger, {skip(2, "with the end: \"quoted\""), test::ended(1)});
        const auto detail = test::detailOf(*ledger, test::requestId(1));
        QVERIFY(detail && detail->request.ended);
        QCOMPARE(detail->skipped.size(), 3U);
        QVERIFY(facts(detail->skipped[0]) == facts(skip(1, "with the start")));
        QVERIFY(facts(detail->skipped[1]) == facts(skip(2, "with the end: \"quoted\"")));
        QVERIFY(facts(detail->skipped[2]) == facts(skip(3, "in a batch of its own")));
    }

    void anUnknownRequestIsNotFound()
    {
        const auto ledger = open();
        const auto detail = test::detailOf(*ledger, test::requestId(1));
        QVERIFY(!detail);
        QCOMPARE(detail.error().code, base::ErrorCode::NotFound);
    }

    void absurdUsageStaysAWholeNumber()
    {
        const auto ledger = open();
        for (int n = 1; n <= 3; ++n) {
            events::AttemptEnded attempt = test::attemptEnded(n, 1);
            attempt.usage.input = std::numeric_limits<std::int64_t>::max();
            attempt.usage.output = std::numeric_limits<std::int64_t>::min();
            record(*ledger, {test::started(n), attempt, test::ended(n)});
            QVERIFY(test::rowsOf(*ledger));
        }
        QCOMPARE(test::numberIn(m_file, "SELECT input_tokens FROM spend_daily"), 3 * events::kMostTokens);
        QCOMPARE(test::numberIn(m_file, "SELECT output_tokens FROM spend_daily"), 0);
        rollupEqualsTheSumOfAttempts();
    }

    void dailySpendIsTheSumOfTheAttempts()
    {
        base::Random random(7);
        const auto ledger = open();
        const auto pick = [&](std::uint64_t below) { return static_cast<int>(random.next() % below); };
        for (int n = 0; n < 500; ++n) {
            events::RequestStarted start = test::started(n);
            start.at += pick(3) * 24h;
            start.chain = "chain" + std::to_string(pick(3));
            ledger->record(start);
            const int tries = 1 + pick(3);
            for (int attempt = 1; attempt <= tries; ++attempt) {
                events::AttemptEnded end = test::attemptEnded(n, attempt);
                end.at = start.at;
                end.provider = "p" + std::to_string(pick(3));
                end.usage.input = pick(100'000);
                end.cost = pick(4) == 0 ? std::nullopt : std::optional(base::Money{pick(1'000'000'000)});
                ledger->record(end);
            }
            if (pick(10) != 0) {
                ledger->record(test::ended(n));
            }
            if (pick(50) == 0) {
                QVERIFY(test::rowsOf(*ledger)); // ends a batch here
            }
        }
        const auto days = test::answerOf<std::vector<ledger::SpendRow>>(
            [&](auto reply) { ledger->spend("2026-11-20", "2026-11-21", reply); });
        QVERIFY(days);
        QCOMPARE(days->size(), 6U); // two days of three, three providers
        std::int64_t cost = 0;
        for (const auto &day : *days) {
            cost += day.cost.nano;
        }
        QCOMPARE(cost, test::numberIn(m_file, "SELECT sum(cost_nano) FROM attempts WHERE started_at < "
                                              "unixepoch('2026-11-22') * 1000000"));
        rollupEqualsTheSumOfAttempts();

        const auto since = test::answerOf<std::vector<ledger::SpendRow>>(
            [&](auto reply) { ledger->spendSince(test::noon(), reply); });
        QVERIFY(since);
        QCOMPARE(since->size(), 3U);
        QCOMPARE((*since)[0].cost.nano + (*since)[1].cost.nano + (*since)[2].cost.nano,
                 test::numberIn(m_file, "SELECT sum(cost_nano) FROM attempts"));
    }

    void isReadByAnotherConnectionWhileItIsWritten()
    {
        const auto ledger = open();
        ledger->record(test::started(0));
        QVERIFY(test::rowsOf(*ledger));
        auto reader = ledger::LedgerReader::open(m_file);
        QVERIFY(reader);
        std::size_t seen = 0;
        int n = 0;
        while (seen < 1000) {
            for (int i = 0; i < 20 && n < 1000; ++i) {
                record(*ledger, test::wholeRequest(++n));
            }
            const auto rows = reader->requests({.limit = 5000, .before = {}, .chain = {}, .client = {}});
            QVERIFY(rows);
            QVERIFY(rows->size() >= seen);
            for (const auto &row : *rows) {
                // Batches are atomic: a request is seen whole or, if its batch was cut there, with its start.
                QVERIFY(!row.started.client.empty());
                QVERIFY(!row.ended || row.ended->servedBy == "openai/gpt-5.4");
            }
            seen = rows->size();
        }
    }

    void findsARequestByTheBeginningOfItsId()
    {
        {
            const auto ledger = open();
            record(*ledger, test::wholeRequest(1));
            record(*ledger, test::wholeRequest(2));
        }
        auto reader = ledger::LedgerReader::open(m_file);
        QVERIFY(reader);
        const std::string id = test::requestId(2).text();
        QString lower = QString::fromStdString(id.substr(0, 10)).toLower();
        QCOMPARE(reader->requestFrom(lower.toStdString())->request.started.id.text(), id);
        QCOMPARE(reader->requestFrom(id)->request.started.id.text(), id);
        QCOMPARE(reader->requestFrom(id.substr(0, 5)).error().code, base::ErrorCode::Conflict);
        QCOMPARE(reader->requestFrom("ZZZ").error().code, base::ErrorCode::NotFound);
    }

    void aReaderNeedsAFile()
    {
        const auto reader = ledger::LedgerReader::open(m_file);
        QVERIFY(!reader);
        QCOMPARE(reader.error().code, base::ErrorCode::NotFound);
    }

    void costsComeByMinuteAndBeforeByQuarterOfAnHour()
    {
        const auto ledger = open();
        const auto record = [&](int n, base::Duration after, std::optional<base::Money> cost) {
            ledger->record(test::started(n));
            events::AttemptEnded ended = test::attemptEnded(n, 1);
            ended.at = test::noon() + std::chrono::duration_cast<std::chrono::microseconds>(after);
            ended.cost = cost;
            ledger->record(ended);
            ledger->record(test::ended(n));
        };
        record(1, -1us, base::Money{1'000'000}); // before
        record(2, 0s, base::Money{1});
        record(3, 14min + 59s, base::Money{10});
        record(4, 15min, base::Money{100});
        record(5, 30min, base::Money{1000});
        record(6, 30min + 59s, base::Money{10'000});
        record(7, 31min, base::Money{100'000});
        record(8, 31min, std::nullopt);           // not known, so not in it
        ledger->record(test::attemptEnded(9, 1)); // its request was lost
        const auto costs = test::answerOf<ledger::CostsAnswer>(
            [&](auto reply) { ledger->costsSince(test::noon(), test::noon() + 30min, reply); });
        QVERIFY(costs);
        QCOMPARE(costs->later, 0U);
        std::vector<std::tuple<base::Duration, std::int64_t, std::string>> got;
        for (const ledger::CostRow &row : costs->rows) {
            QCOMPARE(row.provider, std::string("openai"));
            QCOMPARE(row.model, std::string("gpt-5.4"));
            QCOMPARE(row.client.empty(), row.chain.empty());
            got.emplace_back(row.at - test::noon(), row.cost.nano, row.client);
        }
        QVERIFY((got
                 == std::vector<std::tuple<base::Duration, std::int64_t, std::string>>{
                     {0s, 1'234'567, ""},
                     {0s, 11, "aider"},
                     {15min, 100, "aider"},
                     {30min, 11'000, "aider"},
                     {31min, 100'000, "aider"}}));
    }

    /// Whoever counts on from the question leaves out as many of the later ones as the answer holds.
    void anAnswerTellsHowManyLaterEventsItHolds()
    {
        const auto ledger = open();
        int n = 0;
        const auto record = [&] {
            events::AttemptEnded ended = test::attemptEnded(++n, 1);
            ended.cost = base::Money{1};
            ledger->record(ended);
        };
        std::uint64_t most = 0;
        for (int round = 0; round < 50; ++round) {
            for (int i = 0; i < 20; ++i) {
                record();
            }
            const int asked = n;
            std::promise<base::Result<ledger::CostsAnswer>> promise;
            ledger->costsSince(test::noon(), test::noon(),
                               [&](base::Result<ledger::CostsAnswer> answer) { promise.set_value(answer); });
            auto answer = promise.get_future();
            while (n < asked + 100 && answer.wait_for(0s) != std::future_status::ready) {
                record();
            }
            const auto costs = answer.get();
            QVERIFY(costs);
            std::int64_t sum = 0;
            for (const ledger::CostRow &row : costs->rows) {
                sum += row.cost.nano;
            }
            QCOMPARE(sum, asked + static_cast<std::int64_t>(costs->later));
            most = std::max(most, costs->later);
        }
        QVERIFY(most <= static_cast<std::uint64_t>(n));
    }
};

SIGNALBOX_TEST(LedgerTest)
#include "ledger_test.moc"
