// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/provider_attempts.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "core/foundation/http/sse_parser.h"
#include "tests/support/attempt_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using upstream::WireEnd;

class SimulatedTest : public QObject
{
    Q_OBJECT

private:
    test::FakeClock clock;
    std::unique_ptr<upstream::Transport> transport;
    std::unique_ptr<provider::ProviderAttempts> factory;
    provider::Target target;

    struct Try {
        test::AttemptRecorder facts;
        std::unique_ptr<upstream::Attempt> attempt;
    };

    std::unique_ptr<Try> begin(const std::string &body, const char *method = "POST")
    {
        upstream::WireRequest request;
        request.origin = target.origin;
        request.method = method;
        request.target = target.speaks.front().path;
        request.body = body;
        auto made = std::make_unique<Try>();
        made->attempt = factory->make(target, std::move(request), {}, made->facts);
        made->attempt->start();
        return made;
    }

    static std::vector<QJsonObject> chunks(const std::string &body, bool &done)
    {
        http::SseParser parser;
        parser.feed(body);
        std::vector<QJsonObject> objects;
        done = false;
        while (const auto event = parser.next()) {
            if (event->data == "[DONE]") {
                done = true;
            } else {
                const QByteArray json(event->data.data(), qsizetype(event->data.size()));
                objects.push_back(QJsonDocument::fromJson(json).object());
            }
        }
        return objects;
    }

    static QJsonObject choice(const QJsonObject &chunk)
    {
        return chunk[QStringLiteral("choices")][0].toObject();
    }
    static QString text(const QJsonObject &chunk)
    {
        return choice(chunk)[QStringLiteral("delta")][QStringLiteral("content")].toString();
    }

    const std::string kStream = "{\"model\":\"a \\\"b\\\"\",\"stream\":true,\"messages\":[]}";

private Q_SLOTS:
    void init()
    {
        transport = std::make_unique<upstream::Transport>(clock);
        factory = std::make_unique<provider::ProviderAttempts>(*transport, clock);
        provider::Preset preset;
        preset.simulated = true;
        config::ProviderConfig config;
        config.id = "sim";
        config.simulate = {.firstToken = 200ms, .tokensPerSecond = 100, .answerTokens = 5};
        target = *provider::makeTarget(config, preset);
    }
    void cleanup()
    {
        factory.reset();
        transport.reset();
    }

    void streamsInTime()
    {
        const auto made = begin(kStream);
        QVERIFY(made->facts.order.empty());
        clock.advance(0ms);
        QCOMPARE(made->facts.order, std::string("w"));
        clock.advance(198ms);
        QCOMPARE(made->facts.order, std::string("w"));
        clock.advance(2ms);
        QCOMPARE(made->facts.order, std::string("whb"));
        QCOMPARE(made->facts.pieces, 1);
        clock.advance(10ms);
        QCOMPARE(made->facts.pieces, 2);
        clock.advance(29ms);
        QVERIFY(!made->facts.ended());
        clock.advance(1ms);
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
        QCOMPARE(made->facts.pieces, 5);
        QCOMPARE(made->facts.head.status, 200);
        QVERIFY(made->facts.head.headers.find("content-type") == "text/event-stream");
        QVERIFY(!clock.soonest());
    }

    void speaksTheDialect()
    {
        const auto made = begin(kStream);
        clock.advance(1s);
        bool done = false;
        const auto objects = chunks(made->facts.body, done);
        QVERIFY(done);
        QCOMPARE(objects.size(), 7U); // role, five tokens, finish
        QCOMPARE(choice(objects[0])[QStringLiteral("delta")][QStringLiteral("role")].toString(),
                 QStringLiteral("assistant"));
        QString whole;
        for (const QJsonObject &chunk : objects) {
            QCOMPARE(chunk[QStringLiteral("object")].toString(), QStringLiteral("chat.completion.chunk"));
            QCOMPARE(chunk[QStringLiteral("model")].toString(), QStringLiteral("a \"b\""));
            QCOMPARE(chunk[QStringLiteral("id")], objects[0][QStringLiteral("id")]);
            QVERIFY(!chunk.contains(QStringLiteral("usage")));
            whole += text(chunk);
        }
        QCOMPARE(whole, QStringLiteral("The signal box stands beside"));
        QCOMPARE(choice(objects.back())[QStringLiteral("finish_reason")].toString(), QStringLiteral("stop"));
    }

    void tellsUsageInAStreamOnlyIfAsked()
    {
        const std::string body =
            R"({"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":3})";
        const auto made = begin(body);
        clock.advance(1s);
        bool done = false;
        const auto objects = chunks(made->facts.body, done);
        QCOMPARE(objects.size(), 6U);
        QVERIFY(objects[0][QStringLiteral("usage")].isNull());
        QCOMPARE(choice(objects[4])[QStringLiteral("finish_reason")].toString(), QStringLiteral("length"));
        QVERIFY(objects[5][QStringLiteral("choices")].toArray().isEmpty());
        const QJsonObject usage = objects[5][QStringLiteral("usage")].toObject();
        QCOMPARE(usage[QStringLiteral("prompt_tokens")].toInt(), int(body.size() / 4));
        QCOMPARE(usage[QStringLiteral("completion_tokens")].toInt(), 3);
        QCOMPARE(usage[QStringLiteral("total_tokens")].toInt(), int(body.size() / 4) + 3);
    }

    void answersWholeWhenNotStreaming()
    {
        const auto made = begin(R"({"model":"m"})");
        clock.advance(249ms);
        QCOMPARE(made->facts.order, std::string("w"));
        clock.advance(1ms);
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
        const auto answer = QJsonDocument::fromJson(QByteArray::fromStdString(made->facts.body)).object();
        QCOMPARE(choice(answer)[QStringLiteral("message")][QStringLiteral("content")].toString(),
                 QStringLiteral("The signal box stands beside"));
        QCOMPARE(answer[QStringLiteral("object")].toString(), QStringLiteral("chat.completion"));
        QCOMPARE(answer[QStringLiteral("usage")][QStringLiteral("completion_tokens")].toInt(), 5);
    }

    void aFastOneSaysEverythingAtOnce()
    {
        target.simulate.firstToken = 0ms;
        target.simulate.tokensPerSecond = 1e9;
        target.simulate.answerTokens = 5000;
        const auto made = begin(kStream);
        QVERIFY(made->facts.order.empty()); // not from inside start()
        clock.advance(0ms);
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
        QCOMPARE(made->facts.pieces, 1);
    }

    void faults_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<int>("status");
        QTest::addColumn<WireEnd>("end");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *fault, int status, WireEnd end, const char *says) {
            QTest::newRow(fault) << QString::fromLatin1(fault) << status << end << QString::fromLatin1(says);
        };
        row("401", 401, WireEnd::Complete, "invalid_api_key");
        row("402", 402, WireEnd::Complete, "insufficient_quota");
        row("404", 404, WireEnd::Complete, "model_not_found");
        row("429", 429, WireEnd::Complete, "rate_limit_exceeded");
        row("quota", 429, WireEnd::Complete, "insufficient_quota");
        row("500", 500, WireEnd::Complete, "server_error");
        row("529", 529, WireEnd::Complete, "overloaded_error");
        row("cut", 200, WireEnd::CutOff, "box");
        row("empty", 200, WireEnd::Complete, "\"finish_reason\":\"stop\"");
        row("garbled", 200, WireEnd::Complete, "<!doctype html>");
    }
    void faults()
    {
        QFETCH(QString, fault);
        QFETCH(QString, says);
        target.simulate.errors = {{fault.toStdString(), 1.0}};
        target.simulate.answerTokens = 6;
        const auto made = begin(kStream);
        clock.advance(10s);
        QVERIFY(made->facts.ended());
        QTEST(made->facts.head.status, "status");
        QTEST(made->facts.result->end, "end");
        QVERIFY2(made->facts.body.find(says.toStdString()) != std::string::npos, made->facts.body.c_str());
        QCOMPARE(made->facts.head.headers.find("retry-after").has_value(), fault == QStringLiteral("429"));
        if (fault == QStringLiteral("cut")) {
            QVERIFY(made->facts.body.find("stands") == std::string::npos); // the fourth word
        }
    }

    void aTimeoutNeverAnswers()
    {
        target.simulate.errors = {{"timeout", 1.0}};
        const auto made = begin(kStream);
        clock.advance(1h);
        QCOMPARE(made->facts.order, std::string("w"));
        QVERIFY(!clock.soonest());
    }

    void drawsFaultsBySeedAsOftenAsSaid()
    {
        target.simulate.errors = {{"429", 0.5}, {"500", 0.1}};
        const auto draw = [&](const std::string &id, std::uint64_t seed) {
            target.providerId = id;
            target.simulate.seed = seed;
            std::vector<int> statuses;
            for (int i = 0; i < 1000; ++i) {
                const auto made = begin(R"({"model":"m"})");
                clock.advance(1s);
                statuses.push_back(made->facts.head.status);
            }
            return statuses;
        };
        const auto first = draw("a", 7);
        const auto limited = std::ranges::count(first, 429);
        const auto failed = std::ranges::count(first, 500);
        QVERIFY2(limited > 450 && limited < 550, std::to_string(limited).c_str());
        QVERIFY2(failed > 70 && failed < 130, std::to_string(failed).c_str());
        QVERIFY(draw("b", 7) == first);
        QVERIFY(draw("c", 8) != first);
        QVERIFY(draw("a", 9) != first);
        QVERIFY(draw("a", 7) == first); // begun anew
    }

    void saysNothingWhilePaused()
    {
        const auto made = begin(kStream);
        clock.advance(200ms);
        QCOMPARE(made->facts.pieces, 1);
        made->attempt->pauseReading();
        clock.advance(1s);
        QCOMPARE(made->facts.pieces, 1);
        made->attempt->resumeReading();
        QCOMPARE(made->facts.pieces, 1);
        clock.advance(0ms);
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
        QCOMPARE(made->facts.pieces, 2); // all that fell due meanwhile at once
    }

    void mayBeDestroyedAtAnyFact()
    {
        for (const char fact : {'w', 'h', 'b', 'e'}) {
            const auto made = begin(kStream);
            made->facts.atFact = [&](char now) {
                if (now == fact) {
                    made->attempt.reset();
                }
            };
            clock.advance(1s);
            QCOMPARE(made->facts.order.back(), fact);
            QVERIFY(!clock.soonest());
        }
    }

    void listsModelsAndRefusesWhatIsNoRequest()
    {
        const auto list = begin({}, "GET");
        const auto bad = begin("no json");
        clock.advance(1s);
        QCOMPARE(list->facts.head.status, 200);
        QVERIFY(list->facts.body.find(R"("id":"sim-large")") != std::string::npos);
        QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(list->facts.body)).isObject());
        QCOMPARE(bad->facts.head.status, 400);
    }
};

SIGNALBOX_TEST(SimulatedTest)
#include "simulated_test.moc"
