// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/response_writer.h"
#include "core/request/chain/reply_sink.h"

class QTcpSocket;

namespace signalbox::server {

struct ServerContext;

/// The write side of one connection: puts answers into HTTP/1.1, one after the other, and watches whether the
/// client takes them. Engine thread; owned by the connection.
class ReplyWriter final : public chain::ReplySink
{
public:
    /// What the framing of the next answer depends on.
    struct Turn {
        int minor = 1;             ///< of the request
        bool headOnly = false;     ///< HEAD
        bool close = false;        ///< this is the connection's last answer
        std::string allowedOrigin; ///< of the web page that may read it
    };
    struct Callbacks {
        std::function<void()> onEnded; ///< the answer is complete or broken; may come from inside a sink call
        std::function<void()>
            onDrained; ///< pending bytes have fallen below half after having been above the limit
        std::function<void()> onEmpty;   ///< the socket has taken everything
        std::function<void()> onStalled; ///< the client has taken nothing for too long
    };
    ReplyWriter(QTcpSocket &socket, ServerContext &context, Callbacks callbacks);
    ~ReplyWriter() override;

    void begin(Turn turn);
    bool isOwed() const { return m_stage == Stage::Owed || m_stage == Stage::Streaming; }
    bool hasStarted() const { return m_stage == Stage::Streaming; }
    bool closes() const { return m_turn.close; } ///< after the answer begun last
    bool isBroken() const { return m_broken; }
    bool endsByClose() const { return m_framing == http::BodyFraming::UntilClose; }
    bool isInCall() const { return m_inCall; } ///< a sink call is on the stack, perhaps a handler's
    void drop();                               ///< the client has gone: calls do nothing from now on
    /// Bytes outside any answer: "100 Continue".
    void sendInterim(std::string_view bytes);
    void onBytesWritten();

    void sendWhole(int status, const http::Headers &headers, std::string_view body) override;
    void beginStream(int status, const http::Headers &headers) override;
    void streamBytes(std::string_view bytes) override;
    void endStream() override;
    void breakStream() override;
    std::size_t pendingBytes() const override;

private:
    enum class Stage : std::uint8_t { Idle, Owed, Streaming };
    bool appendHead(int status, const http::Headers &headers, http::BodyFraming framing,
                    std::uint64_t length);
    void failHead();
    void transmit(bool flush);
    void end();

    QTcpSocket &m_socket;
    ServerContext &m_context;
    Callbacks m_callbacks;
    std::unique_ptr<base::Timer> m_stall;
    std::string m_out; ///< what goes out in one write
    Turn m_turn;
    Stage m_stage = Stage::Idle;
    http::BodyFraming m_framing = http::BodyFraming::Length;
    bool m_dropped = false;
    bool m_broken = false;
    bool m_inCall = false;
    bool m_wasFull = false;
};

} // namespace signalbox::server
