// SPDX-License-Identifier: GPL-3.0-or-later
// A tool that hangs up: its provider is not left working, and what it cost is written down all the same.
#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using test::Reply;

class ClientGoneTest : public QObject
{
    Q_OBJECT

private:
    static void isCancelled(const ledger::RequestDetail &row)
    {
        QCOMPARE(row.request.ended->outcome, events::RequestOutcome::Cancelled);
        QCOMPARE(row.request.ended->status, 499);
        QCOMPARE(row.attempts.size(), std::size_t(1));
        QCOMPARE(row.attempts[0].outcome, events::Outcome::ClientGone);
        QCOMPARE(row.attempts[0].usageConfidence, events::Confidence::Estimated);
        QVERIFY(row.attempts[0].usage.input > 0);
        QVERIFY(row.attempts[0].cost && row.attempts[0].cost->nano > 0);
        QCOMPARE(row.attempts[0].costConfidence, events::Confidence::Estimated);
        QCOMPARE(row.attempts[0].breakerAfter, std::string("closed")); // the provider is not to blame
    }

private Q_SLOTS:
    void theProviderIsCancelledBeforeTheFirstToken_data()
    {
        QTest::addColumn<bool>("stream");
        QTest::newRow("whole") << false;
        QTest::newRow("streaming") << true;
    }
    void theProviderIsCancelledBeforeTheFirstToken()
    {
        QFETCH(bool, stream);
        test::TwoProviders box;
        box.first.always(Reply()); // reads the request and is silent
        QVERIFY(box.start());
        test::Call &call = box.call(stream);
        QTRY_COMPARE(box.first.requestCount(), 1);
        QCOMPARE(box.first.openConnections(), 1);

        call.hangUp();
        QTRY_COMPARE(box.first.openConnections(), 0);
        const ledger::RequestDetail row = box.onlyRow();
        isCancelled(row);
        QCOMPARE(row.attempts[0].usage.output, 0);
        QCOMPARE(box.second.requestCount(), 0);
        QCOMPARE(test::disagreement(box), QString());
    }

    void theProviderIsCancelledInTheMiddleOfAStream()
    {
        test::TwoProviders box;
        box.first.always(test::openStream("Once upon a time there was a signal box"));
        QVERIFY(box.start());
        test::Call &call = box.call(true);
        QVERIFY(call.waitForText("Once upon"));
        QCOMPARE(box.first.openConnections(), 1);

        call.hangUp();
        QTRY_COMPARE(box.first.openConnections(), 0);
        const ledger::RequestDetail row = box.onlyRow();
        isCancelled(row);
        QVERIFY(row.attempts[0].usage.output > 0);
        QCOMPARE(row.request.ended->servedStep, 1);
        QCOMPARE(box.second.requestCount(), 0);
        QCOMPARE(test::disagreement(box), QString());
    }

    void othersAreNotHurt()
    {
        test::TwoProviders box;
        box.first.then(Reply());
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        test::Call &gone = box.call(true);
        QTRY_COMPARE(box.first.requestCount(), 1);
        test::Call &stays = box.call(true);
        gone.hangUp();
        QVERIFY(stays.answer().says("from the first"));
        QTRY_VERIFY(box.first.openConnections() <= 1);
        QCOMPARE(box.rows(2).size(), std::size_t(2));
        QCOMPARE(test::disagreement(box), QString());
    }

    void cancellingInTheWindowTellsTheClient()
    {
        test::TwoProviders box;
        box.first.always(test::openStream("Once upon a time"));
        QVERIFY(box.start());
        test::Call &call = box.call(true);
        QVERIFY(call.waitForText("Once upon"));
        box.engine().cancelRequest(base::RequestId::fromText(call.requestId()));
        const test::Answer answer = call.answer();
        QVERIFY2(answer.says("cancelled in Signalbox") && !answer.says("[DONE]"), answer.body.c_str());
        QTRY_COMPARE(box.first.openConnections(), 0);
        QCOMPARE(box.onlyRow().request.ended->outcome, events::RequestOutcome::Cancelled);
        QCOMPARE(test::disagreement(box), QString());
    }
};

SIGNALBOX_TEST(ClientGoneTest)
#include "client_gone_test.moc"
