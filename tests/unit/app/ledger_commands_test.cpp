// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/ledger_commands.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include "core/record/ledger/ledger.h"
#include "tests/support/registry.h"
#include "tests/unit/record/ledger/ledger_fixture.h"

using namespace signalbox;
using namespace std::chrono_literals;

namespace {
ledger::RequestDetail fallback()
{
    ledger::RequestDetail detail;
    detail.request.started = test::started(1);
    detail.request.ended = test::ended(1);
    detail.request.ended->outcome = events::RequestOutcome::AnsweredByFallback;
    detail.request.ended->total = 2'340ms;
    detail.request.ended->servedStep = 3;
    detail.request.ended->servedBy = "box/qwen3:32b";
    detail.request.ended->cost.reset();
    events::AttemptEnded failed = test::attemptEnded(1, 1);
    failed.outcome = events::Outcome::RateLimited;
    failed.status = 429;
    failed.detail = "Rate limit \"reached\"\nfor gpt-5.4";
    failed.usage = {};
    failed.cost = base::Money{0};
    failed.phases = {.connect = 2ms, .firstByte = 81ms, .total = 90ms};
    failed.kind = events::AttemptKind::First;
    failed.drill.clear();
    failed.note.clear();
    failed.breakerBefore = "closed";
    failed.breakerAfter = "open";
    events::AttemptEnded good = test::attemptEnded(1, 2);
    good.step = 3;
    good.kind = events::AttemptKind::Hedge;
    good.phases.total = 95us;
    good.provider = "box";
    good.model = "qwen3:32b";
    good.cost.reset();
    good.ambiguous = true;
    detail.attempts = {failed, good};
    detail.skipped = {
        {test::requestId(1), 2, "groq", "llama", events::SkipReason::BreakerOpen, "open until 12:14"},
        {test::requestId(1), 4, "sim", "demo", events::SkipReason::NotNeeded, ""}};
    return detail;
}
} // namespace

class LedgerCommandsTest : public QObject
{
    Q_OBJECT

    static void has(const std::string &text, const char *part)
    {
        QVERIFY2(text.find(part) != std::string::npos, (std::string(part) + "\nin:\n" + text).c_str());
    }

private Q_SLOTS:
    void explainsEachStepInPlainWords()
    {
        const std::string text = app::explanationAsText(fallback());
        has(text, "aider asked for \"coding\" (chat.completions, streamed)");
        has(text, "Outcome: answered by fallback, by step 3, box/qwen3:32b, HTTP 200");
        has(text, "Took 2.34 s");
        has(text, "Step 1  openai/gpt-5.4: attempt 1, rate limited (HTTP 429)");
        has(text, "connect 2.00 ms; first byte 81 ms");
        has(text, "Chain coding, version 3, chosen by rule \"night\"");
        has(text, "Complexity: hard: 14 files, tools");
        has(text, "Private: only local steps may have it");
        has(text, "attempt 1, rate limited (HTTP 429)\n");
        has(text, "attempt 2, answered; hedge: the one before was slow");
        has(text, "DRILL     made to fail on purpose: slow");
        has(text, "changed   12 turns dropped to fit");
        has(text, "streaming 0.04 ms");
        has(text, "closed -> open");
        has(text, "$0.00, computed");
        has(text, "Step 2  groq/llama: not tried, it failed lately and rests (open until 12:14)");
        has(text,
            "127 in (20 cached, 7 written to the cache, 7 audio, 9 image), 50 out (6 reasoning, 8 audio)");
        has(text, "unknown, prices of 2026-11-20; the provider may have worked and may bill");
        has(text, "Step 4  sim/demo: not tried, not needed, an earlier step answered");
        QVERIFY(text.find("Step 1") < text.find("Step 2") && text.find("Step 2") < text.find("Step 3"));
    }

    void whatProvidersWriteCannotPlayWithTheTerminal()
    {
        ledger::RequestDetail detail = fallback();
        detail.attempts[0].detail = "\x1b[2Jcleared\nStep 9\xc2\x9b"
                                    "31m\x7f ü";
        detail.request.ended->error = "\x1b]0;title\x07";
        const std::string text = app::explanationAsText(detail);
        for (const char c : {'\x1b', '\x07', '\x7f'}) {
            QVERIFY(text.find(c) == std::string::npos);
        }
        QVERIFY(text.find("\xc2\x9b") == std::string::npos);
        QVERIFY(text.find("\nStep 9") == std::string::npos);
        has(text, "ü");
    }

    void theJsonOfAnExplanationIsStable()
    {
        const auto document =
            QJsonDocument::fromJson(QByteArray::fromStdString(app::explanationAsJson(fallback())));
        QVERIFY(document.isObject());
        const QJsonObject request = document.object();
        QCOMPARE(
            request.keys().join(u' '),
            QStringLiteral(
                "attemptCount attempts chain chainVersion client complexity costUsd ended endedAt endpoint "
                "error firstTokenUs id modelAsked outcome overheadUs private rule servedBy servedStep "
                "skipped "
                "startedAt status stream tokens totalUs"));
        QCOMPARE(request[u"startedAt"].toString(), QStringLiteral("2026-11-20T12:00:00.001000Z"));
        QVERIFY(request[u"costUsd"].isNull());
        const QJsonObject attempt = request[u"attempts"].toArray()[0].toObject();
        QCOMPARE(attempt[u"detail"].toString(), QStringLiteral("Rate limit \"reached\"\nfor gpt-5.4"));
        QCOMPARE(attempt[u"costUsd"].toString(), QStringLiteral("0.00"));
        QCOMPARE(attempt[u"phases"].toObject()[u"firstByteUs"].toInt(), 81'000);
        QCOMPARE(attempt[u"outcome"].toString(), QStringLiteral("RateLimited"));
        QCOMPARE(attempt[u"kind"].toString(), QStringLiteral("First"));
        QCOMPARE(attempt[u"drill"].toString(), QString());
        QCOMPARE(attempt[u"breakerAfter"].toString(), QStringLiteral("open"));
        const QJsonObject hedge = request[u"attempts"].toArray()[1].toObject();
        QCOMPARE(hedge[u"kind"].toString(), QStringLiteral("Hedge"));
        QCOMPARE(hedge[u"drill"].toString(), QStringLiteral("slow"));
        QCOMPARE(hedge[u"note"].toString(), QStringLiteral("12 turns dropped to fit"));
        QCOMPARE(hedge[u"phases"].toObject()[u"streamUs"].toInt(), 40);
        QCOMPARE(request[u"rule"].toString(), QStringLiteral("night"));
        QCOMPARE(request[u"complexity"].toString(), QStringLiteral("hard: 14 files, tools"));
        QVERIFY(request[u"private"].toBool());
        QCOMPARE(request[u"skipped"].toArray()[0].toObject()[u"reason"].toString(),
                 QStringLiteral("BreakerOpen"));
        QCOMPARE(request[u"tokens"].toObject()[u"cachedInput"].toInt(), 20);
    }

    void listsRequests()
    {
        ledger::RequestRow ended{test::started(1), test::ended(1)};
        const ledger::RequestRow running{test::started(2), std::nullopt};
        ended.ended->cost = base::Money{1'500};
        const std::string text = app::requestsAsText({running, ended});
        has(text, "running");
        has(text, "$0.0000015");
        has(text, test::requestId(2).text().c_str());
        const auto json =
            QJsonDocument::fromJson(QByteArray::fromStdString(app::requestsAsJson({running, ended})));
        QCOMPARE(json.array().size(), 2);
        QCOMPARE(json.array()[0].toObject()[u"ended"].toBool(), false);
        QCOMPARE(json.array()[1].toObject()[u"costUsd"].toString(), QStringLiteral("0.0000015"));
        QCOMPARE(QByteArray::fromStdString(app::requestsAsJson({})), QByteArray("[]\n"));
        has(app::requestsAsText({}), "No requests yet");
    }

    void theExitCodeSaysWhetherItWorked()
    {
        const QTemporaryDir folder;
        const std::string file = folder.filePath(QStringLiteral("ledger.db")).toStdString();
        QCOMPARE(app::printRequests(file, true, 10), 1); // no ledger yet
        {
            ledger::Ledger ledger({.file = file, .wallNow = test::noon, .onNotice = {}});
            for (const auto &event : test::wholeRequest(1)) {
                ledger.record(event);
            }
        }
        QCOMPARE(app::printRequests(file, true, 10), 0);
        QCOMPARE(app::printExplain(file, test::requestId(1).text().substr(0, 8), false), 0);
        QCOMPARE(app::printExplain(file, "7ZZ", true), 1);
    }
};

SIGNALBOX_TEST(LedgerCommandsTest)
#include "ledger_commands_test.moc"
