// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/step_record.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using chain::StepRecord;

namespace {
StepRecord failed()
{
    StepRecord record;
    record.step = 1;
    record.provider = "openai";
    record.model = "gpt-5.4";
    record.outcome = events::Outcome::RateLimited;
    record.status = 429;
    record.took = 83ms;
    record.phases = {.queue = 140us, .connect = 12'460us, .firstByte = 70ms, .total = 83ms, .reused = false};
    record.cost = base::Money{0};
    record.costKnown = true;
    record.breakerBefore = "closed";
    record.breakerAfter = "open";
    return record;
}

StepRecord skipped()
{
    StepRecord record;
    record.step = 2;
    record.provider = "groq";
    record.model = "llama";
    record.skipped = events::SkipReason::Paused;
    record.detail = "by hand";
    return record;
}

QJsonArray parsed(const std::string &json)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).array();
}
} // namespace

class StepRecordTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsOfATriedStepAllThatHappened()
    {
        QCOMPARE(chain::routeJson({failed()}),
                 "[{\"step\":1,\"provider\":\"openai\",\"model\":\"gpt-5.4\",\"outcome\":\"RateLimited\","
                 "\"status\":429,\"ms\":83,\"phases\":{\"queue\":0.1,\"connect\":12.5,\"wait\":70.0},"
                 "\"costUsd\":\"0.00\",\"breaker\":\"closed->open\"}]");
    }

    void tellsOfASkippedStepWhy()
    {
        QCOMPARE(chain::routeJson({skipped()}),
                 "[{\"step\":2,\"provider\":\"groq\",\"model\":\"llama\",\"skipped\":\"Paused\","
                 "\"why\":\"by hand\"}]");
    }

    void tellsOfTheAnswerThatIsRunning()
    {
        StepRecord record;
        record.step = 3;
        record.running = true;
        record.status = 200;
        const QJsonObject one = parsed(chain::routeJson({record}))[0].toObject();
        QCOMPARE(one[u"outcome"].toString(), QStringLiteral("Answering"));
        QVERIFY(one[u"costUsd"].isNull());
        QVERIFY(!one.contains(u"breaker"));
        QVERIFY(one[u"phases"].toObject().isEmpty());
    }

    void aCostThatIsNotKnownIsNull()
    {
        StepRecord record = failed();
        record.costKnown = false;
        QVERIFY(parsed(chain::routeJson({record}))[0].toObject()[u"costUsd"].isNull());
    }

    void saysHowLongItStreamed()
    {
        StepRecord record = failed();
        record.phases = {.firstByte = 10ms, .firstToken = 20ms, .total = 120ms};
        const QJsonObject phases = parsed(chain::routeJson({record}))[0].toObject()[u"phases"].toObject();
        QCOMPARE(phases[u"firstToken"].toDouble(), 20.0);
        QCOMPARE(phases[u"stream"].toDouble(), 100.0);
    }

    void namesTheKindOnlyWhereTheOrderDoesNotSayIt()
    {
        using enum events::AttemptKind;
        StepRecord record = failed();
        for (const auto kind : {First, Fallback}) {
            record.kind = kind;
            QVERIFY(!parsed(chain::routeJson({record}))[0].toObject().contains(u"kind"));
        }
        record.kind = Hedge;
        QCOMPARE(parsed(chain::routeJson({record}))[0].toObject()[u"kind"].toString(),
                 QStringLiteral("Hedge"));
    }

    void aDrillIsVisible()
    {
        StepRecord record = failed();
        QVERIFY(!parsed(chain::routeJson({record}))[0].toObject().contains(u"drill"));
        record.drill = "429";
        QCOMPARE(parsed(chain::routeJson({record}))[0].toObject()[u"drill"].toString(),
                 QStringLiteral("429"));
    }

    void isAsciiWhateverThereIs()
    {
        StepRecord record = skipped();
        record.detail = "größer \"als\"\n\x01 erlaubt";
        record.model = "模型";
        const std::string json = chain::routeJson({record});
        for (const char c : json) {
            QVERIFY(c >= 0x20 && c < 0x7f);
        }
        QCOMPARE(parsed(json).size(), 1);
    }

    void shortensTheDetailsFirstThenThePhasesThenTheList()
    {
        std::vector<StepRecord> records;
        for (int i = 0; i < 20; ++i) {
            records.push_back(skipped());
            records.back().detail = std::string(300, 'x');
        }
        QJsonArray told = parsed(chain::routeJson(records));
        QCOMPARE(told.size(), 20);
        QCOMPARE(told[0].toObject()[u"why"].toString(), QString(40, u'x') + QStringLiteral("..."));

        records.assign(25, failed());
        told = parsed(chain::routeJson(records));
        QCOMPARE(told.size(), 25);
        QVERIFY(!told[0].toObject().contains(u"phases"));
        QCOMPARE(told[0].toObject()[u"breaker"].toString(), QStringLiteral("closed->open"));

        records.assign(1'000, failed());
        const std::string json = chain::routeJson(records);
        QVERIFY(json.size() <= 4096);
        QVERIFY(parsed(json).size() > 20);
    }
};

SIGNALBOX_TEST(StepRecordTest)
#include "step_record_test.moc"
