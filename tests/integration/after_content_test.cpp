// SPDX-License-Identifier: GPL-3.0-or-later
// Once content has reached the client there is no other step: what breaks then ends in an error event that
// every SDK raises, never in a [DONE] and never in silence.
#include <QSslCertificate>
#include <QSslConfiguration>

#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using events::Outcome;
using test::openStream;
using test::Reply;

namespace {
struct Break {
    const char *name;
    Outcome outcome;
    Reply reply;
};

Reply begun()
{
    return openStream("Once upon").event(test::chatChunk(" a time"));
}

std::vector<Break> breaks()
{
    const char *error = R"({"error":{"message":"overloaded","type":"server_error","code":null}})";
    return {
        {"32 error event", Outcome::ServerFailed, begun().event(error).event("[DONE]").lastChunk()},
        {"32 finish reason error", Outcome::ServerFailed,
         begun().event(R"({"choices":[{"index":0,"delta":{},"finish_reason":"error"}]})").lastChunk()},
        {"34 reset", Outcome::CutOff, begun().wait("seen").reset()},
        {"34 closed", Outcome::CutOff, begun().close()},
        {"36 ends without an end", Outcome::CutOff, begun().lastChunk()},
        {"37 bad chunk size", Outcome::Garbled, begun().send("zz\r\n")},
        {"40 stall", Outcome::IdleTimeout, begun()},
        {"40 stall with comments", Outcome::IdleTimeout,
         begun().chunk(": still here\n\n").chunk(": and here\n\n")},
        {"43 endless line", Outcome::Garbled, begun().chunk("data: " + std::string(9'000'000, 'x'))},
        {"46 not JSON", Outcome::Garbled, begun().event("{\"choices\":[")},
    };
}

QString text(Outcome outcome)
{
    return QString::fromUtf8(events::toText(outcome).data());
}
} // namespace

class AfterContentTest : public QObject
{
    Q_OBJECT

private:
    const std::vector<Break> m_breaks = breaks();

    /// Asks once; the client must get the beginning and an error event, the ledger must say why.
    static void endsInAnErrorEvent(test::TwoProviders &box, Outcome expected)
    {
        if (expected == Outcome::IdleTimeout) {
            box.demo().steps[0].idle = 300ms;
        }
        QVERIFY(box.start());
        test::Call &call = box.call(true);
        QVERIFY(call.waitForText("a time"));
        box.first.go("seen");
        const test::Answer answer = call.answer();
        QCOMPARE(answer.status, 200);
        QVERIFY2(answer.says("Once upon") && answer.says(" a time"), answer.body.c_str());
        QVERIFY2(!answer.says("[DONE]"), answer.body.c_str());
        const std::size_t last = answer.body.rfind("data: ");
        QVERIFY2(answer.body.substr(last).starts_with("data: {\"error\":{\"message\":"), answer.body.c_str());
        QVERIFY(answer.body.ends_with("}}\n\n"));

        const ledger::RequestDetail row = box.onlyRow();
        QCOMPARE(row.attempts.size(), std::size_t(1));
        QCOMPARE(text(row.attempts[0].outcome), text(expected));
        QCOMPARE(row.request.ended->outcome, events::RequestOutcome::Interrupted);
        QCOMPARE(row.request.ended->servedStep, 1);
        QCOMPARE(row.attempts[0].usageConfidence, events::Confidence::Estimated);
        QVERIFY(row.attempts[0].usage.input > 0);
        QVERIFY(row.attempts[0].usage.output > 0);
        QCOMPARE(row.attempts[0].costConfidence, events::Confidence::Estimated);
        QCOMPARE(box.second.requestCount(), 0);
        QCOMPARE(test::disagreement(box), QString());
    }

private Q_SLOTS:
    void theClientGetsAnErrorEvent_data()
    {
        QTest::addColumn<int>("number");
        for (int i = 0; i < static_cast<int>(m_breaks.size()); ++i) {
            QTest::newRow(m_breaks[static_cast<std::size_t>(i)].name) << i;
        }
    }
    void theClientGetsAnErrorEvent()
    {
        QFETCH(int, number);
        const Break &given = m_breaks[static_cast<std::size_t>(number)];
        test::TwoProviders box;
        box.first.always(given.reply);
        endsInAnErrorEvent(box, given.outcome);
    }

    void aCutInsideTls()
    {
        QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
        trusting.addCaCertificate(test::FakeUpstream::testRoot());
        QSslConfiguration::setDefaultConfiguration(trusting);
        test::FakeUpstream secured("good"); // 34: no close_notify
        secured.always(begun().wait("seen").reset());
        test::TwoProviders box;
        box.addProvider("secured", secured);
        box.demo().steps[0].provider = "secured";
        QVERIFY(box.start());
        test::Call &call = box.call(true);
        QVERIFY(call.waitForText("a time"));
        secured.go("seen");
        const test::Answer answer = call.answer();
        QVERIFY(answer.says("data: {\"error\":") && !answer.says("[DONE]"));
        QCOMPARE(text(box.onlyRow().attempts[0].outcome), text(Outcome::CutOff));
        QCOMPARE(test::disagreement(box), QString());
    }

    void theTotalLimitHoldsForAStreamThatGoesOn()
    {
        test::TwoProviders box;
        box.demo().steps[0].total = 1s;
        box.first.always(begun());
        QVERIFY(box.start());
        const test::Answer answer = box.ask(true);
        QVERIFY(answer.says("data: {\"error\":") && !answer.says("[DONE]"));
        QCOMPARE(text(box.onlyRow().attempts[0].outcome), text(Outcome::TotalTimeout));
        QCOMPARE(test::disagreement(box), QString());
    }

    void theNextRequestIsNotHurt()
    {
        test::TwoProviders box;
        box.first.then(begun().close());
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        QVERIFY(box.ask(true).says("data: {\"error\":"));
        const test::Answer answer = box.ask(true);
        QVERIFY(answer.says("from the first") && answer.says("[DONE]"));
        QCOMPARE(test::disagreement(box), QString());
    }
};

SIGNALBOX_TEST(AfterContentTest)
#include "after_content_test.moc"
