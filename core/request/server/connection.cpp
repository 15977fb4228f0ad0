// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/connection.h"

#include <QHostAddress>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

#include "core/request/server/error_reply.h"

namespace signalbox::server {

using State = http::RequestParser::State;

namespace {
constexpr qint64 kReadPiece = 64 * 1024;
constexpr qint64 kReadAhead = 256 * 1024; ///< what Qt may read while a request is being served
constexpr std::size_t kKeptInput = 4 * 1024;
constexpr int kMaxStepsPerTurn = 256; ///< so that one pipelining client does not hold up the others
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
      m_parser(context.limits.request),
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
    return m_phase == Phase::Reading && m_input.empty() && m_parser.state() == State::Head
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
    const State before = m_parser.state();
    const std::size_t used = m_parser.consume(m_input);
    m_input.erase(0, used);
    if (m_parser.state() == State::Refused) {
        refuse(m_parser.refusal(), {});
        return true;
    }
    if (before == State::Head && m_parser.state() != State::Head && !admit()) {
        return true;
    }
    if (!decodeBody()) {
        return true;
    }
    if (m_parser.state() == State::Complete) {
        dispatch();
        return true;
    }
    if (used > 0 || readMore()) {
        return true;
    }
    armTimer();
    return false;
}

bool Connection::readMore()
{
    const qint64 available = std::min(m_socket.bytesAvailable(), kReadPiece);
    if (available <= 0) {
        return false;
    }
    const std::size_t before = m_input.size();
    m_input.resize_and_overwrite(before + static_cast<std::size_t>(available), [&](char *data, std::size_t) {
        const qint64 got = m_socket.read(data + before, available);
        return before + static_cast<std::size_t>(std::max<qint64>(got, 0));
    });
    if (m_wait == Wait::Body) {
        m_wait = Wait::None; // the body moves: its limit starts anew
    }
    return m_input.size() > before;
}

void Connection::armTimer()
{
    if (m_input.empty() && m_input.capacity() > kKeptInput) {
        m_input = {};
    }
    const Wait wait = m_parser.state() == State::Body ? Wait::Body
                      : !m_input.empty()              ? Wait::Head
                      : m_wait == Wait::None          ? Wait::NextRequest
                                                      : m_wait;
    if (wait == m_wait) {
        return;
    }
    m_wait = wait;
    m_timer->start(wait == Wait::Body   ? m_context.limits.bodyIdle
                   : wait == Wait::Head ? m_context.limits.head
                                        : m_context.limits.keepAlive);
}

/// Judges a request whose head is known; false when it has been answered without the service.
bool Connection::admit()
{
    const http::RequestHead &head = m_parser.head();
    m_verdict = judge(head, *m_context.rules);
    if (m_verdict.wrongToken) {
        onWrongToken();
        return false;
    }
    if (m_verdict.kind != Verdict::Kind::Serve) {
        refuse(m_verdict.refusal, std::move(m_verdict.fields));
        return false;
    }
    if (m_verdict.coding != http::ContentCoding::Identity) {
        m_decoder.emplace(m_verdict.coding, m_context.limits.request.bodyBytes);
    }
    if (m_verdict.expectsContinue && m_parser.hasBody() && m_input.empty()
        && m_socket.bytesAvailable() == 0) {
        m_writer.sendInterim("HTTP/1.1 100 Continue\r\n\r\n");
    }
    return true;
}

/// Takes the content coding off what has come of the body; false when it was refused.
bool Connection::decodeBody()
{
    if (!m_decoder) {
        return true;
    }
    using Result = http::ContentDecoder::Result;
    Result result = m_decoder->decode(m_parser.body(), m_decoded);
    m_parser.body().clear();
    if (result == Result::Ok && m_parser.state() == State::Complete) {
        result = m_parser.hasBody() ? m_decoder->finish() : Result::Ok;
    }
    if (result == Result::Ok) {
        return true;
    }
    if (result == Result::TooLarge) {
        refuse({413, "body_too_large",
                "The request body is larger than " + std::to_string(m_context.limits.request.bodyBytes >> 20U)
                    + " MiB when decoded",
                true},
               {});
    } else {
        refuse({400, "bad_content_encoding", "The request body is not what its Content-Encoding says", true},
               {});
    }
    return false;
}

void Connection::dispatch()
{
    const bool close = !m_parser.keepAlive() || m_context.draining || m_retired;
    ServerRequest request{.head = std::move(m_parser.head()),
                          .body = std::move(m_decoder ? m_decoded : m_parser.body()),
                          .client = std::move(m_verdict.client),
                          .userAgent = {},
                          .endpoint = m_verdict.endpoint,
                          .modelId = std::move(m_verdict.modelId),
                          .receivedAt = m_context.clock.now()};
    request.userAgent = request.head.headers.find("User-Agent").value_or("");
    m_timer->stop();
    m_wait = Wait::None;
    m_phase = Phase::Serving;
    ++m_context.activeRequests;
    m_writer.begin({.minor = request.head.minor,
                    .headOnly = request.head.method == "HEAD",
                    .close = close,
                    .allowedOrigin = std::move(m_verdict.allowedOrigin)});
    std::unique_ptr<Handler> handler = m_context.service.handle(std::move(request), m_writer);
    if (m_writer.isOwed() && !handler) { // a service that forgot to answer must not leave the client hanging
        if (!m_writer.hasStarted()) {
            http::Headers fields;
            fields.add("Content-Type", "application/json");
            m_writer.sendWhole(500, fields,
                               errorBody({500, "internal_error", "The request was not answered", false}));
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
    m_decoder.reset();
    m_decoded = {};
    m_parser.reset();
    m_phase = Phase::Reading;
    if (m_writer.closes() || m_context.draining || m_retired) {
        beginClose();
    }
    m_context.onRequestEnded();
}

void Connection::refuse(const http::Refusal &refusal, http::Headers fields)
{
    const bool unread = m_parser.state() != State::Complete;
    const bool close =
        refusal.mustClose || unread || !m_parser.keepAlive() || m_context.draining || m_retired;
    const bool wasProcessing = std::exchange(m_processing, true);
    m_writer.begin({.minor = m_parser.head().minor,
                    .headOnly = m_parser.head().method == "HEAD",
                    .close = close,
                    .allowedOrigin = std::move(m_verdict.allowedOrigin)});
    if (m_verdict.kind == Verdict::Kind::Preflight) {
        m_writer.sendWhole(204, fields, {});
    } else {
        fields.add("Content-Type", "application/json");
        m_writer.sendWhole(refusal.status, fields, errorBody(refusal));
    }
    m_processing = wasProcessing;
    m_verdict = {};
    m_decoder.reset();
    m_decoded = {};
    m_timer->stop();
    m_wait = Wait::None;
    m_parser.reset();
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
        if (m_parser.state() == State::Head && m_input.empty()) {
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
    m_input = {};
    m_timer->start(m_context.limits.linger);
    m_socket.skip(m_socket.bytesAvailable());
    if (m_writer.pendingBytes() == 0) {
        shutDownWriting();
    }
}

void Connection::shutDownWriting()
{
    if (m_socket.state() != QAbstractSocket::ConnectedState) {
        return;
    }
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
