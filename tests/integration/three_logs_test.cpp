// SPDX-License-Identifier: GPL-3.0-or-later
// The check that ends every scenario: it must see a request too many, one too few, and tokens that differ.
#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;

class ThreeLogsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreeOnManyRequestsAtOnce()
    {
        test::TwoProviders box;
        int asked = 0;
        box.first.always([&asked](const test::SeenRequest &request) {
            return ++asked % 3 == 0 ? test::Reply().close() : test::chatting("from the first")(request);
        });
        QVERIFY(box.start());
        for (int i = 0; i < 30; ++i) {
            box.call(i % 2 == 0);
        }
        for (test::Call &call : box.calls()) {
            QCOMPARE(call.answer().status, 200);
        }
        QCOMPARE(test::disagreement(box), QString());
    }

    void seeARequestTooManyOnTheWire()
    {
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        test::Call &call = box.call();
        QCOMPARE(call.answer().status, 200);
        QCOMPARE(test::disagreement(box), QString());
        test::RawClient resender(box.first.serverPort()); // as a layer below would that sends again by itself
        resender.send(box.first.seen()[0].raw);
        QVERIFY(resender.waitForResponses(1));
        QCOMPARE(test::disagreement(box),
                 QStringLiteral("first mark-1.: 2 requests on the wire, 1 attempts in the ledger"));
    }

    void seeAnAttemptThatNoProviderKnows()
    {
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        test::FakeUpstream stranger;
        stranger.always(test::chatting("from a stranger"));
        box.config.providers[0].baseUrl = stranger.baseUrl();
        QVERIFY(box.start());
        QVERIFY(box.ask().says("from a stranger"));
        QCOMPARE(test::disagreement(box),
                 QStringLiteral("first mark-1.: 0 requests on the wire, 1 attempts in the ledger"));
    }

    void seeTokensThatDiffer()
    {
        test::TwoProviders box;
        box.first.always([](const test::SeenRequest &request) { // says a number too many behind its usage
            return test::openStream(request.method)
                .event(test::usageChunk(3, 4))
                .event(test::finishChunk())
                .event("[DONE]")
                .chunk(": \"completion_tokens\":5\n\n")
                .lastChunk();
        });
        QVERIFY(box.start());
        QVERIFY(box.ask(true).says("[DONE]"));
        const QString found = test::disagreement(box);
        QVERIFY2(found.contains(QStringLiteral("sent 3 + 5 tokens, the row has 3 + 4")), qPrintable(found));
    }

    void seeARequestWithoutARow()
    {
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        QCOMPARE(box.ask().status, 200);
        box.otherRequests = -1;
        QCOMPARE(test::disagreement(box), QStringLiteral("0 requests were sent, the ledger has 1"));
    }
};

SIGNALBOX_TEST(ThreeLogsTest)
#include "three_logs_test.moc"
