// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <list>
#include <map>
#include <memory>

#include <QTcpServer>
#include <QTcpSocket>

#include "core/foundation/base/clock.h"
#include "tests/support/differential/wire_script.h"

namespace signalbox::test {

/// A provider that plays scripts over real sockets on a given clock. A request says by a field of its own
/// which play it belongs to. In the test's thread.
class ScriptServer final : public QTcpServer
{
public:
    static constexpr const char *kField = "x-play";

    explicit ScriptServer(base::Clock &clock);
    ~ScriptServer() override;

    /// Returns the number that the request is to carry.
    int expect(std::shared_ptr<WirePlay> play);
    /// A port on which nothing listens, and nothing else can.
    quint16 deadPort() const { return m_dead.localPort(); }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    struct Peer {
        QTcpSocket *socket = nullptr;
        std::string inbox;
        std::shared_ptr<WirePlay> play;
        std::size_t next = 0; ///< of its steps
        base::SteadyTime from;
        std::unique_ptr<base::Timer> timer;
    };
    void onBytes(Peer &peer);
    void goOn(Peer &peer);
    void forget(Peer &peer);

    base::Clock &m_clock;
    std::map<int, std::shared_ptr<WirePlay>> m_plays;
    std::list<Peer> m_peers;
    QTcpSocket m_dead;
    int m_count = 0;
};

} // namespace signalbox::test
