// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/connection.h"

#include <QHostAddress>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

#include "core/request/server/error_reply.h"

namespace signalbox::server {

using Event = RequestReader::Event;
using Progress = RequestReader::Progress;

namespace {
constexpr qint64 kReadAhead = 256 * 1024; ///< what Qt may read while a request is being served
constexpr int kMaxStepsPerTurn = 256;     ///< so that one pipelining client does not hold up the others
} // namespace

Connection::Connection(ServerContext &context, qintptr socketDescriptor)
    : m_context(context),
      m_writer(m_socket, context,
               {.onEnded = [this] { onReplyEnded(); },
                .onDrained = [this] { onDrained(); },
                .onEmpty =
                    [this] {
                        if (m_phase == Phase::Closing) {
                            shutDownWriting();
                        }
                    },
                .onStalled = [this] { m_socket.abort(); }}),
      m_reader(context.limits.request),
      m_timer(context.clock.makeTimer([this] { onTimer(); }))
{
    connect(&m_socket, &QTcpSocket::readyRead, this, [this] { onReadable(); });
    connect(&m_socket, &QTcpSocket::bytesWritten, this, [this] { m_writer.onBytesWritten(); });
    connect(&m_socket, &QTcpSocket::disconnected, this, [this] { onDisconnected(); });
    if (!m_socket.setSocketDescriptor(socketDescriptor) || !m_socket.peerAddress().isLoopback()) {
        QMetaObject::invokeMethod(this, [this] { goneNow(); }, Qt::QueuedConnection);
        return;
    }
    m_socket.setReadBufferSize(kReadAhead);
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_wait = Wait::Head;
    m_timer->start(context.limits.head);
}

Connection::~Connection()
{
    m_socket.disconnect(this);
    goneNow();
}

bool Connection::isIdle() const
{
    return m_phase == Phase::Reading && m_reader.progress() == Progress::NextRequest
           && m_socket.bytesAvailable() == 0;
}

void Connection::retire()
{
    m_retired = true;
    if (isIdle()) {
        beginClose();
    }
}

void Connection::turnAway()
{
    refuse({503, "too_many_connections",
            "Signalbox has " + std::to_string(m_context.limits.connections) + " open connections: close some",
            true},
           {});
}

void Connection::onReadable()
{
    if (m_phase == Phase::Closing) {
        m_socket.skip(m_socket.bytesAvailable());
    } else if (m_phase == Phase::Reading) {
        process();
    }
}

void Connection::process()
{
    if (m_processing) {
        return;
    }
    m_processing = true;
    int steps = 0;
    while (m_phase == Phase::Reading && steps < kMaxStepsPerTurn && step()) {
        ++steps;
    }
    m_processing = false;
    if (steps == kMaxStepsPerTurn) {
        QMetaObject::invokeMethod(this, [this] { process(); }, Qt::QueuedConnection);
    }
}

/// One step of reading; false when there is nothing to go on with.
bool Connection::step()
{
    if (m_writer.pendingBytes() > chain::kMaxPendingBytes) {
        m_clogged = true; // onDrained() goes on
        return false;
    }
    switch (m_reader.advance(m_socket)) {
    case Event::WantsBytes:
        armTimer();
        return false;
    case Event::Head:
        admit();
        return true;
    case Event::Request:
        dispatch();
        return true;
    case Event::Refused:
        refuse(m_reader.refusal(), {});
        return true;
    }
    return false;
}

/// The limit for what is waited for. Movement buys a body more time, but not a head.
void Connection::armTimer()
{
    m_reader.trim();
    Wait wait = m_wait;
    base::Duration limit{};
    switch (m_reader.progress()) {
    case Progress::NextRequest:
        if (m_wait == Wait::None) { // a connection's first request has its limit from the start
            wait = Wait::NextRequest;
            limit = m_context.limits.keepAlive;
        }
        break;
    case Progress::Head:
        wait = Wait::Head;
        limit = m_context.limits.head;
        break;
    case Progress::Body:
        wait = Wait::Body;
        limit = m_context.limits.bodyIdle;
        break;
    }
    const bool moved = wait == Wait::Body && m_reader.bodyBytesRead() != m_bodySeen;
    if (wait != m_wait || moved) {
        m_wait = wait;
        m_bodySeen = m_reader.bodyBytesRead();
        m_timer->start(limit);
    }
}

/// Judges a request whose head is known.
void Connection::admit()
{
    m_verdict = judge(m_reader.head(), *m_context.rules);
    if (m_verdict.wrongToken) {
        onWrongToken();
        return;
    }
    if (m_verdict.kind != Verdict::Kind::Serve) {
        refuse(m_verdict.refusal, std::move(m_verdict.fields));
        return;
    }
    if (!m_reader.expectsBody()) {
        return;
    }
    m_reader.setCoding(m_verdict.coding);
    if (m_verdict.expectsContinue && !m_reader.hasInput() && m_socket.bytesAvailable() == 0) {
        m_writer.sendInterim("HTTP/1.1 100 Continue\r\n\r\n");
    }
}

void Connection::dispatch()
{
    const bool close = !m_reader.keepAlive() || m_context.draining || m_retired;
    ServerRequest request{.head = std::move(m_reader.head()),
                          .body = m_reader.takeBody(),
                          .client = std::move(m_verdict.client),
                          .userAgent = {},
                          .endpoint = m_verdict.endpoint,
                          .modelId = std::move(m_verdict.modelId),
                          .receivedAt = m_context.clock.now(),
                          .peerPort = m_socket.peerPort(),
                          .localPort = m_socket.localPort()};
    request.userAgent = request.head.headers.find("User-Agent").value_or("");
    m_timer->stop();
    m_wait = Wait::None;
    m_phase = Phase::Serving;
    ++m_context.activeRequests;
    m_writer.begin({.minor = request.head.minor,
                    .headOnly = request.head.method == "HEAD",
                    .close = close,
                    .allowedOrigin = std::move(m_verdict.allowedOrigin)});
    const base::Dialect dialect = dialectOf(request.head);
    std::unique_ptr<Handler> handler = m_context.service.handle(std::move(request), m_writer);
    if (m_writer.isOwed() && !handler) { // a service that forgot to answer must not leave the client hanging
        if (!m_writer.hasStarted()) {
            http::Headers fields;
            fields.add("Content-Type", "application/json");
            m_writer.sendWhole(
                500, fields,
                errorBody({500, "internal_error", "The request was not answered", false}, dialect));
        } else {
            m_writer.breakStream();
        }
    }
    if (m_writer.isOwed()) {
        m_handler = std::move(handler);
    } else {
        handler.reset();
        endRequest();
    }
}

void Connection::onReplyEnded()
{
    // During process() the answer came at once, and the caller goes on by itself. Otherwise this is a call
    // from inside the handler, which must return before it can be destroyed.
    if (!m_processing) {
        QMetaObject::invokeMethod(this, [this] { serveNext(); }, Qt::QueuedConnection);
    }
}

void Connection::serveNext()
{
    if (m_phase != Phase::Serving || m_writer.isOwed()) {
        return;
    }
    m_handler.reset();
    endRequest();
    process();
}

void Connection::endRequest()
{
    --m_context.activeRequests;
    m_reader.next();
    m_phase = Phase::Reading;
    if (m_writer.closes() || m_context.draining || m_retired) {
        beginClose();
    }
    m_context.onRequestEnded();
}

void Connection::refuse(const http::Refusal &refusal, http::Headers fields)
{
    const bool close = refusal.mustClose || !m_reader.keepAlive() || m_context.draining || m_retired;
    const bool wasProcessing = std::exchange(m_processing, true);
    m_writer.begin({.minor = m_reader.head().minor,
                    .headOnly = m_reader.head().method == "HEAD",
                    .close = close,
                    .allowedOrigin = std::move(m_verdict.allowedOrigin)});
    fields.add("x-signalbox-request-id", m_context.service.newRequestId());
    if (m_verdict.kind == Verdict::Kind::Preflight) {
        m_writer.sendWhole(204, fields, {});
    } else {
        fields.add("Content-Type", "application/json");
        m_writer.sendWhole(refusal.status, fields, errorBody(refusal, dialectOf(m_reader.head())));
    }
    m_processing = wasProcessing;
    m_verdict = {};
    m_timer->stop();
    m_wait = Wait::None;
    m_reader.next();
    m_phase = Phase::Reading;
    if (close) {
        beginClose();
    }
}

void Connection::onWrongToken()
{
    switch (m_context.tokenLimiter.onWrongToken(m_context.clock.now())) {
    case TokenLimiter::Answer::Now:
        refuse(m_verdict.refusal, std::move(m_verdict.fields));
        break;
    case TokenLimiter::Answer::Later:
        m_phase = Phase::Held;
        m_wait = Wait::None;
        m_timer->start(m_context.limits.wrongToken);
        break;
    case TokenLimiter::Answer::Close:
        refuse({429, "too_many_wrong_tokens", "Too many requests came with a wrong token: try again later",
                true},
               {});
        break;
    }
}

void Connection::onTimer()
{
    switch (m_phase) {
    case Phase::Reading:
        if (m_reader.progress() == Progress::NextRequest) {
            beginClose();
        } else {
            refuse({408, "request_timeout", "The request did not come in whole in time", true}, {});
        }
        break;
    case Phase::Held:
        m_context.tokenLimiter.released();
        refuse(m_verdict.refusal, std::move(m_verdict.fields));
        process();
        break;
    case Phase::Closing:
        m_socket.abort();
        break;
    case Phase::Serving:
    case Phase::Gone:
        break;
    }
}

void Connection::onDrained()
{
    // Queued: the bytes may have gone out in a flush of the handler's own.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_handler) {
                m_handler->onDrained();
            }
            if (std::exchange(m_clogged, false)) {
                process();
            }
        },
        Qt::QueuedConnection);
}

/// Closes so that the client can still read the answer: closing at once, with bytes of the request unread,
/// would reset the connection and take the answer with it.
void Connection::beginClose()
{
    m_phase = Phase::Closing;
    m_reader.trim();
    m_timer->stop();
    m_socket.skip(m_socket.bytesAvailable());
    if (m_writer.pendingBytes() == 0) {
        shutDownWriting();
    } // else when the client has taken the answer, for which it has as long as for any other
}

void Connection::shutDownWriting()
{
    if (m_socket.state() != QAbstractSocket::ConnectedState) {
        return;
    }
    m_timer->start(m_context.limits.linger);
#ifdef Q_OS_UNIX
    const int descriptor = static_cast<int>(m_socket.socketDescriptor());
    if (m_writer.isBroken() && m_writer.endsByClose()) {
        // To an HTTP/1.0 client an orderly end would make the answer look whole: reset instead.
        const linger reset{1, 0};
        ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        m_socket.abort();
        return;
    }
    ::shutdown(descriptor, SHUT_WR);
#else
    m_socket.disconnectFromHost();
#endif
}

void Connection::onDisconnected()
{
    if (m_processing || m_writer.isInCall()) { // perhaps inside a call of the handler
        QMetaObject::invokeMethod(this, [this] { goneNow(); }, Qt::QueuedConnection);
    } else {
        goneNow();
    }
}

void Connection::goneNow()
{
    if (m_phase == Phase::Gone) {
        return;
    }
    const Phase was = std::exchange(m_phase, Phase::Gone);
    m_writer.drop();
    m_timer.reset();
    m_handler.reset();
    if (was == Phase::Held) {
        m_context.tokenLimiter.released();
    }
    if (was == Phase::Serving) {
        --m_context.activeRequests;
        m_context.onRequestEnded();
    }
    m_context.onClosed(*this);
}

} // namespace signalbox::server
