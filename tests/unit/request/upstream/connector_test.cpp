// SPDX-License-Identifier: GPL-3.0-or-later
#include <QNetworkProxy>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/request/upstream/transport.h"
#include "tests/support/attempt_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using test::Reply;
using upstream::WireEnd;

namespace {

/// A port on 127.0.0.1 that drops what asks for a connection, as a broken network does: its queue is full and
/// nobody empties it.
class BlackHole
{
public:
    BlackHole()
    {
        m_address.sin_family = AF_INET;
        m_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof m_address;
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ::bind(m_listener, asAddress(), size);
        ::listen(m_listener, 0);
        ::getsockname(m_listener, asAddress(), &size);
        for (int &filler : m_fillers) {
            filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            ::connect(filler, asAddress(), size);
        }
    }
    ~BlackHole()
    {
        ::close(m_listener);
        for (const int filler : m_fillers) {
            ::close(filler);
        }
    }
    BlackHole(const BlackHole &) = delete;
    BlackHole &operator=(const BlackHole &) = delete;
    std::uint16_t port() const { return ntohs(m_address.sin_port); }

private:
    sockaddr *asAddress() { return reinterpret_cast<sockaddr *>(&m_address); }

    sockaddr_in m_address{};
    int m_listener = -1;
    std::array<int, 4> m_fillers{};
};

} // namespace

class ConnectorTest : public QObject
{
    Q_OBJECT

private:
    test::FakeClock clock;

    static upstream::TransportOptions noProxy()
    {
        return {{}, [](const http::Origin &) { return QNetworkProxy(QNetworkProxy::NoProxy); }};
    }

    struct Try {
        test::AttemptRecorder facts;
        std::unique_ptr<upstream::Attempt> attempt;
    };
    static std::unique_ptr<Try> begin(upstream::Transport &transport, const http::Origin &origin)
    {
        upstream::WireRequest request;
        request.origin = origin;
        request.target = "/";
        auto made = std::make_unique<Try>();
        made->attempt = transport.make(std::move(request), {}, made->facts);
        made->attempt->start();
        return made;
    }

private Q_SLOTS:
    // Fault 4
    void aConnectionThatIsNotTakenEndsAtItsLimit()
    {
        const BlackHole hole;
        upstream::Transport transport(clock);
        const auto made = begin(transport, {false, "127.0.0.1", hole.port()});
        QTRY_VERIFY(clock.soonest());
        clock.advance(4999ms);
        QVERIFY(!made->facts.ended());
        clock.advance(1ms);
        QVERIFY(made->facts.endedWith(WireEnd::ConnectTimeout));
        QCOMPARE(made->facts.order, std::string("e"));
        QVERIFY(made->attempt->times().written == base::SteadyTime());
    }

    // Fault 3
    void doesNotWaitForAnAddressThatSwallowsPackets()
    {
        const BlackHole hole;
        test::FakeUpstream provider;
        provider.close();
        if (!provider.listen(QHostAddress::LocalHostIPv6, hole.port())) {
            QSKIP("no IPv6 here");
        }
        provider.always(Reply::json(200, "{}"));
        upstream::Transport transport(clock);
        const auto made = begin(transport, {false, "localhost", hole.port()});
        QTRY_VERIFY(clock.soonest());
        clock.advance(249ms);
        QCoreApplication::processEvents();
        QCOMPARE(provider.connectionCount(), 0);
        clock.advance(1ms);
        QTRY_VERIFY(made->facts.endedWith(WireEnd::Complete));
        QVERIFY(made->attempt->times().connect == 250ms);
        QVERIFY(!clock.soonest()
                || *clock.soonest() >= clock.now() + 50s); // only the pool waits for something
    }

    void goesOnToTheNextAddressAtOnceWhenOneRefuses()
    {
        test::FakeUpstream provider;
        const std::uint16_t port = provider.serverPort();
        provider.close();
        if (!provider.listen(QHostAddress::LocalHostIPv6, port)) {
            QSKIP("no IPv6 here");
        }
        provider.always(Reply::json(200, "{}"));
        upstream::Transport transport(clock);
        const auto made = begin(transport, {false, "localhost", port});
        QTRY_VERIFY(made->facts.endedWith(WireEnd::Complete)); // though the clock stands still
    }

    void looksNamesUp()
    {
        test::FakeUpstream provider;
        provider.always(Reply::json(200, "{}"));
        upstream::Transport transport(clock, noProxy());
        // Capitals hide the one name that every machine knows from the short cut for it.
        const auto made = begin(transport, {false, "LOCALHOST", provider.serverPort()});
        QTRY_VERIFY(made->facts.ended());
        QVERIFY2(made->facts.endedWith(WireEnd::Complete), made->facts.result->detail.c_str());
    }

    void mayBeDestroyedWhileItLooksANameUp()
    {
        const BlackHole hole; // should the name be found first
        upstream::Transport transport(clock, noProxy());
        const auto made = begin(transport, {false, "LOCALHOST", hole.port()});
        QTRY_VERIFY(clock.soonest());
        made->attempt.reset();
        QVERIFY(!clock.soonest());
        QCoreApplication::processEvents();
        QVERIFY(made->facts.order.empty());
    }
};

SIGNALBOX_TEST(ConnectorTest)
#include "connector_test.moc"
