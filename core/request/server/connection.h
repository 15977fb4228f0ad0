// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QObject>
#include <QTcpSocket>

#include "core/request/server/context.h"
#include "core/request/server/gate.h"
#include "core/request/server/reply_writer.h"
#include "core/request/server/request_reader.h"

namespace signalbox::server {

/// One client's connection: reads requests, has each one judged, hands it to the service and reads on when it
/// has been answered. When the client goes, the handler goes. Engine thread; owned by the listener.
class Connection final : public QObject
{
public:
    /// Takes over the accepted socket.
    Connection(ServerContext &context, qintptr socketDescriptor);
    ~Connection() override;

    bool isIdle() const; ///< no request is being read or served
    void retire();       ///< closes now if idle, else after the answer
    void turnAway();     ///< 503, too many connections

private:
    enum class Phase : std::uint8_t {
        Reading, ///< head or body
        Serving, ///< the service has the request
        Held,    ///< the refusal of a wrong token is held back
        Closing, ///< everything is said; waits for the client to close
        Gone,
    };
    enum class Wait : std::uint8_t { None, NextRequest, Head, Body };

    void onReadable();
    void process();
    bool step();
    void armTimer();
    void admit();
    void dispatch();
    void serveNext();
    void onReplyEnded();
    void endRequest();
    void refuse(const http::Refusal &refusal, http::Headers fields);
    void onWrongToken();
    void onTimer();
    void onDrained();
    void beginClose();
    void shutDownWriting();
    void onDisconnected();
    void goneNow();

    ServerContext &m_context;
    QTcpSocket m_socket;
    ReplyWriter m_writer;
    RequestReader m_reader;
    std::unique_ptr<base::Timer> m_timer;
    Verdict m_verdict; ///< of the request being read
    std::unique_ptr<Handler> m_handler;
    Phase m_phase = Phase::Reading;
    Wait m_wait = Wait::None;
    std::uint64_t m_bodySeen = 0; ///< when the body's limit was last started
    bool m_processing = false;
    bool m_clogged = false; ///< does not read on until the client has taken answers
    bool m_retired = false;
};

} // namespace signalbox::server
