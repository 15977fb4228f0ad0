// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/transport.h"

#include <QSslSocket>

#include "tests/support/attempt_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/registry.h"

using namespace signalbox;
using test::Reply;
using upstream::WireEnd;

class TlsTest : public QObject
{
    Q_OBJECT

private:
    test::FakeClock clock;

    /// One request; the attempt is gone when this returns.
    test::AttemptRecorder ask(upstream::Transport &transport, const http::Origin &origin)
    {
        upstream::WireRequest request;
        request.origin = origin;
        request.target = "/v1/chat/completions";
        request.headers.add("authorization", "Bearer secret");
        request.body = "{}";
        test::AttemptRecorder facts;
        const auto attempt = transport.make(std::move(request), {}, facts);
        attempt->start();
        [&] { QTRY_VERIFY(facts.ended()); }();
        return facts;
    }

    upstream::TransportOptions trusting() { return {{{test::FakeUpstream::testRoot()}}, {}}; }

private Q_SLOTS:
    void speaksToAServerWhoseRootIsTrusted()
    {
        test::FakeUpstream provider("good");
        provider.always(Reply::chatStream({"a"}));
        upstream::Transport transport(clock, trusting());
        for (const char *host : {"127.0.0.1", "localhost"}) {
            http::Origin origin = provider.origin();
            origin.host = host;
            for (int i = 0; i < 3; ++i) {
                const auto facts = ask(transport, origin);
                QVERIFY2(facts.endedWith(WireEnd::Complete), facts.result->detail.c_str());
                QCOMPARE(facts.order, std::string("whbe"));
            }
        }
        QCOMPARE(provider.connectionCount(), 2);
        QCOMPARE(provider.requestCount(), 6);
    }

    // Fault 6
    void refusesCertificatesThatDoNotHold_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<bool>("trusted");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *certificate, bool trusted, const char *reason) {
            QTest::newRow(reason) << QString::fromLatin1(certificate) << trusted
                                  << QString::fromLatin1(reason);
        };
        row("expired", true, "expired on 2021-01-01");
        row("future", true, "valid only from 2100-01-01");
        row("elsewhere", true, "not for 127.0.0.1");
        row("selfsigned", true, "signed by itself");
        row("good", false, "does not trust");
    }
    void refusesCertificatesThatDoNotHold()
    {
        QFETCH(QString, certificate);
        QFETCH(bool, trusted);
        QFETCH(QString, reason);
        test::FakeUpstream provider(certificate.toLatin1().constData());
        provider.always(Reply::json(200, "{}"));
        upstream::Transport transport(clock, trusted ? trusting() : upstream::TransportOptions());
        const auto facts = ask(transport, provider.origin());
        QVERIFY2(facts.endedWith(WireEnd::CertificateRefused), facts.result->detail.c_str());
        QCOMPARE(facts.order, std::string("e"));
        QVERIFY2(facts.result->detail.find(reason.toStdString()) != std::string::npos,
                 facts.result->detail.c_str());
        QCOMPARE(provider.requestCount(), 0); // the key did not leave
    }

    void refusesTlsOlderThan12()
    {
        test::FakeUpstream provider("good");
        provider.speakOldTls();
        provider.always(Reply::json(200, "{}"));
        upstream::Transport transport(clock, trusting());
        const auto facts = ask(transport, provider.origin());
        QVERIFY2(facts.endedWith(WireEnd::TlsFailed), facts.result->detail.c_str());
        QCOMPARE(provider.requestCount(), 0);
    }

    // Fault 7
    void aServerThatBreaksTheHandshakeOffIsTlsFailed()
    {
        test::FakeUpstream provider;
        provider.greet(test::FakeUpstream::Greeting::CloseOnFirstBytes);
        http::Origin origin = provider.origin();
        origin.tls = true;
        upstream::Transport transport(clock, trusting());
        const auto closed = ask(transport, origin);
        QVERIFY2(closed.endedWith(WireEnd::TlsFailed), closed.result->detail.c_str());
        provider.greet(test::FakeUpstream::Greeting::AnswerOnFirstBytes); // plain HTTP where TLS should be
        const auto plain = ask(transport, origin);
        QVERIFY2(plain.endedWith(WireEnd::TlsFailed), plain.result->detail.c_str());
    }

    // Fault 34: a cut without close_notify
    void aStreamCutUnderTlsIsCutOff()
    {
        test::FakeUpstream provider("good");
        provider.then(Reply::streamHead().event("one").wait("cut").reset());
        upstream::Transport transport(clock, trusting());
        upstream::WireRequest request;
        request.origin = provider.origin();
        request.target = "/";
        test::AttemptRecorder facts;
        const auto attempt = transport.make(std::move(request), {}, facts);
        attempt->start();
        QTRY_VERIFY(facts.pieces > 0);
        provider.go("cut");
        QTRY_VERIFY(facts.endedWith(WireEnd::CutOff));
    }

    void worksWithTheSessionOfAnEarlierConnection()
    {
        test::FakeUpstream provider("good");
        provider.always(Reply::json(200, "{}", {{"Connection", "close"}}));
        upstream::Transport transport(clock, trusting());
        for (int i = 0; i < 3; ++i) {
            QVERIFY(ask(transport, provider.origin()).endedWith(WireEnd::Complete));
        }
        QCOMPARE(provider.connectionCount(), 3);
    }
};

SIGNALBOX_TEST(TlsTest)
#include "tls_test.moc"
