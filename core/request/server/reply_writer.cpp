// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/reply_writer.h"

#include <QTcpSocket>

#include "core/foundation/base/log.h"
#include "core/request/server/context.h"
#include "core/request/server/error_reply.h"

namespace signalbox::server {

using http::BodyFraming;

namespace {
constexpr std::size_t kKeptCapacity = 16 * 1024; ///< of the output buffer, between answers

/// Marks that a sink call is on the stack, so that nothing destroys a handler from inside its own call.
class InCall
{
public:
    explicit InCall(bool &flag) : m_flag(flag), m_before(std::exchange(flag, true)) {}
    ~InCall() { m_flag = m_before; }
    InCall(const InCall &) = delete;
    InCall &operator=(const InCall &) = delete;

private:
    bool &m_flag;
    bool m_before;
};
} // namespace

ReplyWriter::ReplyWriter(QTcpSocket &socket, ServerContext &context, Callbacks callbacks)
    : m_socket(socket), m_context(context), m_callbacks(std::move(callbacks))
{}

ReplyWriter::~ReplyWriter() = default;

void ReplyWriter::begin(Turn turn)
{
    m_turn = std::move(turn);
    m_stage = Stage::Owed;
}

void ReplyWriter::drop()
{
    m_dropped = true;
    m_stage = Stage::Idle;
    m_stall.reset();
}

void ReplyWriter::sendInterim(std::string_view bytes)
{
    const InCall guard(m_inCall);
    m_out.append(bytes);
    transmit(true);
}

bool ReplyWriter::appendHead(int status, const http::Headers &headers, BodyFraming framing,
                             std::uint64_t length)
{
    const http::ResponseFraming how{.body = framing,
                                    .length = length,
                                    .close = m_turn.close,
                                    .date = m_context.date.at(m_context.clock.wallNow())};
    if (m_turn.allowedOrigin.empty()) {
        return http::appendResponseHead(m_out, status, headers, how);
    }
    http::Headers readable = headers;
    readable.set("Access-Control-Allow-Origin", m_turn.allowedOrigin);
    readable.add("Vary", "Origin");
    readable.set("Access-Control-Expose-Headers",
                 "x-signalbox-request-id, x-signalbox-chain, x-signalbox-served-by, x-signalbox-attempts, "
                 "x-signalbox-route, x-signalbox-cache, x-signalbox-overhead-us, x-signalbox-dropped");
    return http::appendResponseHead(m_out, status, readable, how);
}

/// A field that could split the answer in two never reaches the wire.
void ReplyWriter::failHead()
{
    base::logWarning("server", "an answer had a header field with a line break; sent 500 instead");
    http::Headers headers;
    headers.add("Content-Type", "application/json");
    const std::string body =
        errorBody({500, "internal_error", "Signalbox could not put the answer into a valid response", true},
                  base::Dialect::Chat);
    m_turn.close = true;
    if (appendHead(500, headers, BodyFraming::Length, body.size()) && !m_turn.headOnly) {
        m_out += body;
    }
    transmit(true);
    end();
}

void ReplyWriter::sendWhole(int status, const http::Headers &headers, std::string_view body)
{
    if (m_dropped || m_stage != Stage::Owed) {
        return;
    }
    const InCall guard(m_inCall);
    const bool bodiless = status == 204 || status == 304;
    if (!appendHead(status, headers, bodiless ? BodyFraming::None : BodyFraming::Length, body.size())) {
        failHead();
        return;
    }
    if (!bodiless && !m_turn.headOnly) {
        m_out.append(body);
    }
    transmit(true);
    end();
}

void ReplyWriter::beginStream(int status, const http::Headers &headers)
{
    if (m_dropped || m_stage != Stage::Owed) {
        return;
    }
    const InCall guard(m_inCall);
    m_framing = m_turn.minor == 0 ? BodyFraming::UntilClose : BodyFraming::Chunked;
    m_turn.close = m_turn.close || m_turn.minor == 0;
    if (!appendHead(status, headers, m_framing, 0)) {
        failHead();
        return;
    }
    m_stage = Stage::Streaming;
    transmit(false); // leaves with the first bytes of the body, or with the next turn of the event loop
}

void ReplyWriter::streamBytes(std::string_view bytes)
{
    if (m_dropped || m_stage != Stage::Streaming || bytes.empty() || m_turn.headOnly) {
        return;
    }
    const InCall guard(m_inCall);
    if (m_framing == BodyFraming::Chunked) {
        http::appendChunk(m_out, bytes);
    } else {
        m_out.append(bytes);
    }
    transmit(true);
}

void ReplyWriter::endStream()
{
    if (m_dropped || m_stage != Stage::Streaming) {
        return;
    }
    const InCall guard(m_inCall);
    if (m_framing == BodyFraming::Chunked && !m_turn.headOnly) {
        http::appendLastChunk(m_out);
    }
    transmit(true);
    end();
}

void ReplyWriter::breakStream()
{
    if (m_dropped || !isOwed()) {
        return;
    }
    const InCall guard(m_inCall);
    m_broken = true;
    m_turn.close = true;
    transmit(true);
    end();
}

std::size_t ReplyWriter::pendingBytes() const
{
    return m_dropped ? 0 : static_cast<std::size_t>(m_socket.bytesToWrite());
}

void ReplyWriter::transmit(bool flush)
{
    if (m_socket.state() != QAbstractSocket::ConnectedState) {
        m_out.clear(); // the client has gone; onDisconnected() is on its way
        return;
    }
    if (!m_out.empty()) {
        m_socket.write(m_out.data(), static_cast<qint64>(m_out.size()));
        m_out.clear();
        if (m_out.capacity() > kKeptCapacity) {
            m_out.shrink_to_fit();
        }
    }
    if (!flush) {
        return;
    }
    m_socket.flush();
    const std::size_t pending = pendingBytes();
    m_wasFull = m_wasFull || pending > chain::kMaxPendingBytes;
    if (pending > 0 && (!m_stall || !m_stall->isActive())) {
        if (!m_stall) {
            m_stall = m_context.clock.makeTimer([this] { m_callbacks.onStalled(); });
        }
        m_stall->start(m_context.limits.writeStall);
    }
}

void ReplyWriter::onBytesWritten()
{
    if (m_dropped) {
        return;
    }
    const std::size_t pending = pendingBytes();
    if (m_stall && m_stall->isActive()) {
        if (pending == 0) {
            m_stall->stop();
        } else {
            m_stall->start(m_context.limits.writeStall);
        }
    }
    if (m_wasFull && pending < chain::kMaxPendingBytes / 2) {
        m_wasFull = false;
        m_callbacks.onDrained();
    }
    if (pending == 0) {
        m_callbacks.onEmpty();
    }
}

void ReplyWriter::end()
{
    m_stage = Stage::Idle;
    m_callbacks.onEnded();
}

} // namespace signalbox::server
