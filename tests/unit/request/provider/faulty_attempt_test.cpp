// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/faulty_attempt.h"

#include "core/request/dialect/chat_stream.h"
#include "core/request/provider/simulated_attempt.h"
#include "tests/support/attempt_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using provider::Fault;
using provider::FaultPlan;
using provider::SimulatedAnswer;
using upstream::WireEnd;

namespace {
SimulatedAnswer wholeAnswer(int status, std::string body)
{
    SimulatedAnswer answer;
    answer.head.status = status;
    answer.head.headers.add("content-type", "application/json");
    answer.body = std::move(body);
    answer.ends = {answer.body.size()};
    answer.first = 200ms;
    return answer;
}

/// Events "one" … with the end marker, 10 ms apart; a comment stands before the second.
SimulatedAnswer streamAnswer()
{
    SimulatedAnswer answer;
    answer.head.status = 200;
    answer.head.headers.add("content-type", "text/event-stream");
    for (const char *piece : {"data: one\n\n", ": hm\n\ndata: two\n\n", "data: three\n\n", "data: four\n\n",
                              "data: [DONE]\n\n"}) {
        answer.body += piece;
        answer.ends.push_back(answer.body.size());
    }
    answer.first = 200ms;
    answer.interval = 10ms;
    return answer;
}
} // namespace

class FaultyAttemptTest : public QObject
{
    Q_OBJECT

private:
    test::FakeClock clock;
    int innerAlive = 0;

    /// The real attempt, counted while it lives.
    class Counted final : public upstream::Attempt
    {
    public:
        Counted(int &alive, std::unique_ptr<upstream::Attempt> real) : m_alive(alive), m_real(std::move(real))
        {
            ++m_alive;
        }
        ~Counted() override { --m_alive; }
        void start() override { m_real->start(); }
        void pauseReading() override { m_real->pauseReading(); }
        void resumeReading() override { m_real->resumeReading(); }
        upstream::WireTimes times() const override
        {
            auto times = m_real->times();
            times.connect = 7ms;
            return times;
        }

    private:
        int &m_alive;
        std::unique_ptr<upstream::Attempt> m_real;
    };

    struct Try {
        test::AttemptRecorder facts;
        std::unique_ptr<upstream::Attempt> attempt;
        int made = 0;
    };

    std::unique_ptr<Try> begin(const FaultPlan &plan, bool stream, const SimulatedAnswer &real)
    {
        auto made = std::make_unique<Try>();
        made->attempt = provider::makeFaulty(
            {plan, base::Dialect::Chat, stream}, clock, made->facts,
            [&](upstream::AttemptObserver &observer) {
                ++made->made;
                return std::make_unique<Counted>(
                    innerAlive, std::make_unique<provider::SimulatedAttempt>(real, clock, observer));
            });
        made->attempt->start();
        return made;
    }
    std::unique_ptr<Try> begin(Fault fault, bool stream)
    {
        return begin({fault}, stream, stream ? streamAnswer() : wholeAnswer(200, "0123456789"));
    }

private Q_SLOTS:
    void init() { innerAlive = 0; }

    void everyFaultHasAText()
    {
        for (int i = 0; i < provider::kFaultCount; ++i) {
            const auto fault = static_cast<Fault>(i);
            QVERIFY(provider::faultFromText(provider::toText(fault)) == fault);
        }
        QCOMPARE(provider::toText(Fault::TlsError), std::string_view("tls"));
        QVERIFY(!provider::faultFromText("fire"));
        QVERIFY(!provider::faultFromText(""));
    }

    void answersByItselfWithoutTheProvider_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<bool>("stream");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *name, Fault fault, int status, const char *says) {
            QTest::newRow(name) << int(fault) << false << status << QByteArray(says);
            QTest::newRow(qPrintable(QString::fromLatin1(name) + QLatin1String(", streamed")))
                << int(fault) << true << status << QByteArray(says);
        };
        row("429", Fault::RateLimited, 429, "rate_limit_exceeded");
        row("quota", Fault::QuotaSpent, 429, "insufficient_quota");
        row("500", Fault::ServerError, 500, "server_error");
        row("empty", Fault::Empty, 200, "chatcmpl-drill");
        row("garbage", Fault::Garbage, 200, "<!doctype html>");
    }

    void answersByItselfWithoutTheProvider()
    {
        QFETCH(int, fault);
        QFETCH(bool, stream);
        QFETCH(int, status);
        QFETCH(QByteArray, says);
        const auto made = begin(static_cast<Fault>(fault), stream);
        QVERIFY(made->facts.order.empty()); // never from inside start()
        clock.advance(0ms);
        QCOMPARE(made->facts.order, "whbe");
        QCOMPARE(made->facts.head.status, status);
        QVERIFY(made->facts.body.find(says.toStdString()) != std::string::npos);
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
        QCOMPARE(made->made, 0);
        QVERIFY(!provider::reachesProvider(static_cast<Fault>(fault)));
    }

    void aRateLimitSaysWhenToComeBack()
    {
        const auto made = begin(Fault::RateLimited, true);
        clock.advance(0ms);
        QCOMPARE(made->facts.head.headers.find("retry-after").value_or(""), std::string_view("5"));
    }

    void anEmptyStreamIsWholeAndHasNoContent()
    {
        const auto made = begin(Fault::Empty, true);
        clock.advance(0ms);
        dialect::ChatFactsReader reader;
        dialect::ChatStream stream(reader, true, true);
        std::string relay;
        stream.feed(made->facts.body, relay);
        stream.finish(relay);
        QVERIFY(stream.state().complete);
        QVERIFY(!stream.state().content);
        QVERIFY(!stream.state().garbled);
    }

    void hangsForEverOnceWritten()
    {
        for (const bool stream : {false, true}) {
            const auto made = begin(Fault::Hang, stream);
            clock.advance(24h);
            QCOMPARE(made->facts.order, "w");
            QCOMPARE(made->made, 0);
        }
    }

    void breaksTheHandshakeBeforeAnythingIsWritten()
    {
        for (const bool stream : {false, true}) {
            const auto made = begin(Fault::TlsError, stream);
            QVERIFY(made->facts.order.empty());
            clock.advance(0ms);
            QCOMPARE(made->facts.order, "e");
            QVERIFY(made->facts.endedWith(WireEnd::TlsFailed));
            QCOMPARE(made->made, 0);
        }
    }

    void cutsAStreamAfterSoManyEvents()
    {
        const auto made = begin({.fault = Fault::CutAfter, .pieces = 2}, true, streamAnswer());
        clock.advance(1s);
        QCOMPARE(made->facts.body, "data: one\n\n: hm\n\ndata: two\n\n");
        QCOMPARE(made->facts.order, "whbe");
        QVERIFY(made->facts.endedWith(WireEnd::CutOff));
        QCOMPARE(innerAlive, 0);
        QCOMPARE(made->attempt->times().connect, base::Duration(7ms));
    }

    void cutsAShortStreamBeforeItsEndMarker()
    {
        const auto made = begin({.fault = Fault::CutAfter, .pieces = 100}, true, streamAnswer());
        clock.advance(1s);
        QVERIFY(made->facts.body.ends_with("data: four\n\n"));
        QVERIFY(made->facts.endedWith(WireEnd::CutOff));
    }

    void cutsAWholeAnswerInHalf()
    {
        const auto made = begin(Fault::CutAfter, false);
        clock.advance(1s);
        QCOMPARE(made->facts.body, "01234");
        QVERIFY(made->facts.endedWith(WireEnd::CutOff));
        QCOMPARE(innerAlive, 0);
    }

    void fallsSilentAfterSoManyEventsAndHangsUpOnTheProvider()
    {
        const auto made = begin({.fault = Fault::Stall, .pieces = 1}, true, streamAnswer());
        clock.advance(24h);
        QCOMPARE(made->facts.body, "data: one\n\n");
        QVERIFY(!made->facts.ended());
        QCOMPARE(innerAlive, 0);
        made->attempt->pauseReading();
        made->attempt->resumeReading();
        QVERIFY(!made->facts.ended());
    }

    void fallsSilentInTheMiddleOfAWholeAnswer()
    {
        const auto made = begin(Fault::Stall, false);
        clock.advance(24h);
        QCOMPARE(made->facts.body, "01234");
        QVERIFY(!made->facts.ended());
    }

    void aSlowProviderIsLateByTheDelayAndThenItself()
    {
        for (const bool stream : {false, true}) {
            const auto real = stream ? streamAnswer() : wholeAnswer(200, "0123456789");
            const auto made = begin({.fault = Fault::SlowFirstToken, .delay = 10s}, stream, real);
            clock.advance(10s + 199ms);
            QCOMPARE(made->facts.order, "w");
            clock.advance(1ms);
            QCOMPARE(made->facts.order, "whbe");
            QCOMPARE(made->facts.body, real.body);
            QVERIFY(made->facts.endedWith(WireEnd::Complete));
        }
    }

    void aSlowProviderStreamsOnAfterTheDelay()
    {
        const auto made = begin({.fault = Fault::SlowFirstToken, .delay = 15ms}, true, streamAnswer());
        clock.advance(215ms);
        QCOMPARE(made->facts.order, "whb");
        QVERIFY(made->facts.body.ends_with("two\n\n"));
        clock.advance(1s);
        QVERIFY(made->facts.body.ends_with("[DONE]\n\n"));
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
    }

    void aSlowProviderIsNotReadAheadWithoutLimit()
    {
        SimulatedAnswer real = streamAnswer();
        real.body.clear();
        real.ends.clear();
        for (int i = 0; i < 4; ++i) {
            real.body += std::string(1024 * 1024, 'x');
            real.ends.push_back(real.body.size());
        }
        const auto made = begin({.fault = Fault::SlowFirstToken, .delay = 1s}, true, real);
        std::size_t first = 0;
        made->facts.atFact = [&](char fact) {
            if (fact == 'b' && first == 0) {
                first = made->facts.body.size();
            }
        };
        clock.advance(2s);
        QCOMPARE(first, std::size_t(1024 * 1024));
        QCOMPARE(made->facts.body.size(), real.body.size());
        QVERIFY(made->facts.ended());
    }

    void whatASlowProviderSaidWaitsForAPausedReader()
    {
        const auto made =
            begin({.fault = Fault::SlowFirstToken, .delay = 1s}, false, wholeAnswer(200, "0123456789"));
        made->facts.atFact = [&](char fact) {
            if (fact == 'b') {
                made->attempt->pauseReading();
            }
        };
        clock.advance(5s);
        QCOMPARE(made->facts.order, "whb");
        made->attempt->resumeReading();
        QVERIFY(!made->facts.ended());
        clock.advance(0ms);
        QCOMPARE(made->facts.order, "whbe");
    }

    void whatTheProviderRefusesPassesAsItIs()
    {
        for (const Fault fault : {Fault::CutAfter, Fault::Stall, Fault::SlowFirstToken}) {
            const auto made = begin({fault, 3, 1s}, true, wholeAnswer(401, "{\"error\":{}}"));
            clock.advance(5s);
            QCOMPARE(made->facts.head.status, 401);
            QCOMPARE(made->facts.body, "{\"error\":{}}");
            QVERIFY(made->facts.endedWith(WireEnd::Complete));
        }
    }

    void destroyingItCancelsTheRealAttempt()
    {
        for (const Fault fault : {Fault::CutAfter, Fault::Stall, Fault::SlowFirstToken}) {
            const auto made = begin(fault, true);
            clock.advance(1ms);
            made->attempt.reset();
            QCOMPARE(innerAlive, 0);
            clock.advance(1h);
            QCOMPARE(made->facts.order, "w");
        }
    }

    void mayBeDestroyedAtEveryFact()
    {
        for (int i = 0; i < provider::kFaultCount; ++i) {
            for (const char last : {'w', 'h', 'b', 'e'}) {
                const auto made = begin(static_cast<Fault>(i), true);
                made->facts.atFact = [&](char fact) {
                    if (fact == last) {
                        made->attempt.reset();
                    }
                };
                clock.advance(1h);
                const std::size_t at = made->facts.order.find(last);
                QVERIFY(at == std::string::npos || at + 1 == made->facts.order.size());
            }
        }
    }
};

SIGNALBOX_TEST(FaultyAttemptTest)
#include "faulty_attempt_test.moc"
