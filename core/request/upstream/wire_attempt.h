// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>

#include <QByteArray>

#include "core/request/upstream/attempt.h"
#include "core/request/upstream/connection_pool.h"
#include "core/request/upstream/connector.h"
#include "core/request/upstream/next_turn.h"

namespace signalbox::upstream {

/// What all attempts of a transport share.
struct Wire {
    Network network;
    ConnectionPool pool;
    NextTurn nextTurn;
    std::span<char> scratch; ///< what is read is used up before the event loop goes on
};

/// An attempt over a real socket: an idle connection if a sound one is there, else a new one. The request is
/// handed over in one write and never again: only when not a byte of it left us, because a kept connection
/// turned out closed, is another connection taken. Engine thread; owned by the exchange.
class WireAttempt final : public Attempt, private ConnectionUser, private TurnTaker
{
public:
    WireAttempt(WireRequest request, const WireLimits &limits, AttemptObserver &observer, Wire &wire);
    ~WireAttempt() override;

    void start() override;
    void pauseReading() override { m_paused = true; }
    void resumeReading() override;
    WireTimes times() const override;

private:
    void onTurn() override;
    void onReadable(Connection &connection) override;
    void onClosed(Connection &connection) override;

    bool sendOnIdle();
    void connect();
    bool send(std::unique_ptr<Connection> connection);
    void onConnected(std::unique_ptr<Connection> connection, WireResult failure);
    bool announceWritten();
    bool readAll();
    bool process(std::string_view bytes);
    bool takeHead();
    void finishClosed();
    void complete();
    void end(WireEnd how, std::string detail);

    WireRequest m_request;
    WireLimits m_limits;
    AttemptObserver &m_observer;
    Wire &m_wire;
    QByteArray m_bytes; ///< the request as it goes on the wire; dropped once it is handed over
    std::unique_ptr<Connector> m_connector;
    std::unique_ptr<Connection> m_connection;
    WireTimes m_times;
    WireResult m_failure;   ///< what is to be told on the next turn
    bool *m_gone = nullptr; ///< set while an observer is being called
    bool m_answersHead;
    bool m_mustConnect = false;
    bool m_mustAnnounce = false;
    bool m_paused = false;
};

} // namespace signalbox::upstream
