// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/wire_attempt.h"

#include "core/request/upstream/gone_watch.h"
#include "core/request/upstream/request_writer.h"

namespace signalbox::upstream {

using Found = http::ResponseParser::Found;

WireAttempt::WireAttempt(WireRequest request, const WireLimits &limits, AttemptObserver &observer, Wire &wire)
    : m_request(std::move(request)),
      m_limits(limits),
      m_observer(observer),
      m_wire(wire),
      m_answersHead(m_request.method == "HEAD")
{}

WireAttempt::~WireAttempt()
{
    m_wire.nextTurn.cancel(*this);
    if (m_gone) {
        *m_gone = true;
    }
}

void WireAttempt::start()
{
    auto bytes = serialise(m_request);
    m_request.body = {};
    m_request.headers = {}; // the key among them
    if (!bytes) {
        m_failure = {WireEnd::Malformed, std::move(bytes.error().message)};
    } else {
        m_bytes = *std::move(bytes);
        m_mustConnect = !sendOnIdle();
    }
    m_wire.nextTurn.ask(*this);
}

bool WireAttempt::sendOnIdle()
{
    while (auto connection = m_wire.pool.takeIdle(m_request.origin)) {
        m_times.reused = true;
        if (send(std::move(connection))) {
            return true;
        }
    }
    m_times.reused = false;
    return false;
}

/// False: the connection was closed before a byte of the request could leave; another one may be taken.
bool WireAttempt::send(std::unique_ptr<Connection> connection)
{
    connection->parser().begin(m_limits.maxHeadBytes, m_answersHead);
    if (connection->write(m_bytes) == Connection::Handed::Nothing) {
        return false;
    }
    m_times.written = m_wire.network.clock.now();
    m_bytes = {};
    m_mustAnnounce = true;
    m_connection = std::move(connection);
    m_connection->setUser(this);
    return true;
}

void WireAttempt::connect()
{
    m_mustConnect = false;
    m_connector = std::make_unique<Connector>(m_request.origin, m_limits, m_wire.network,
                                              [this](auto connection, WireResult failure) {
                                                  onConnected(std::move(connection), std::move(failure));
                                              });
    m_connector->start();
}

void WireAttempt::onConnected(std::unique_ptr<Connection> connection, WireResult failure)
{
    m_times.dns = m_connector->dnsTime();
    m_times.connect = m_connector->connectTime();
    m_times.tls = m_connector->tlsTime();
    if (!connection) {
        return end(failure.end, std::move(failure.detail));
    }
    if (!send(std::move(connection))) {
        return end(WireEnd::ClosedBeforeResponse, m_request.origin.host + " closed the connection at once");
    }
    m_wire.nextTurn.ask(*this); // still inside the connector and its socket's signal
}

void WireAttempt::onTurn()
{
    if (!m_failure.detail.empty()) {
        const WireResult failure = std::move(m_failure);
        return end(failure.end, failure.detail);
    }
    if (m_mustConnect) {
        return connect();
    }
    m_connector.reset();
    if (announceWritten() && m_connection && !m_paused && readAll() && !m_connection->isOpen()) {
        finishClosed();
    }
}

/// False here and below: the attempt is gone or has ended.
bool WireAttempt::announceWritten()
{
    if (!m_mustAnnounce) {
        return true;
    }
    m_mustAnnounce = false;
    const GoneWatch watch(m_gone);
    m_observer.onWritten();
    return !watch.gone();
}

void WireAttempt::onReadable(Connection &)
{
    if (announceWritten() && !m_paused) {
        readAll();
    }
}

void WireAttempt::onClosed(Connection &)
{
    if (announceWritten() && !m_paused && readAll()) {
        finishClosed();
    }
}

void WireAttempt::resumeReading()
{
    if (m_paused) {
        m_paused = false;
        m_wire.nextTurn.ask(*this);
    }
}

bool WireAttempt::readAll()
{
    while (!m_paused) {
        const std::size_t got = m_connection->read(m_wire.scratch);
        if (got == 0) {
            return true;
        }
        if (!process({m_wire.scratch.data(), got})) {
            return false;
        }
    }
    return false;
}

bool WireAttempt::process(std::string_view bytes)
{
    http::ResponseParser &parser = m_connection->parser();
    parser.feed(bytes);
    while (true) {
        switch (parser.next()) {
        case Found::NeedMore:
            return true;
        case Found::Head:
            if (!takeHead()) {
                return false;
            }
            break;
        case Found::Body: {
            const GoneWatch watch(m_gone);
            m_observer.onBody(parser.body());
            if (watch.gone()) {
                return false;
            }
            break;
        }
        case Found::Complete:
            complete();
            return false;
        case Found::TooLarge:
            end(WireEnd::TooLarge, std::string(parser.problem()));
            return false;
        default:
            end(WireEnd::Malformed, "the answer is not valid HTTP: " + std::string(parser.problem()));
            return false;
        }
    }
}

bool WireAttempt::takeHead()
{
    const http::ResponseHead &head = m_connection->parser().head();
    const auto coding = head.headers.find("content-encoding");
    if (coding && !coding->empty() && !http::equalsIgnoringCase(*coding, "identity")) {
        end(WireEnd::Malformed, "the answer is compressed although that was not asked for");
        return false;
    }
    const GoneWatch watch(m_gone);
    m_observer.onHead(head);
    return !watch.gone();
}

/// All that came has been read.
void WireAttempt::finishClosed()
{
    switch (m_connection->parser().finish()) {
    case Found::Complete:
        return complete();
    case Found::NoHead:
        return end(WireEnd::ClosedBeforeResponse, m_connection->closeReason() + " without an answer");
    default:
        return end(WireEnd::CutOff, m_connection->closeReason() + " in the middle of the answer");
    }
}

void WireAttempt::complete()
{
    if (m_connection->parser().canReuse()) {
        m_connection->setUser(nullptr);
        m_wire.pool.giveBack(std::move(m_connection));
    }
    end(WireEnd::Complete, {});
}

void WireAttempt::end(WireEnd how, std::string detail)
{
    m_wire.nextTurn.cancel(*this);
    m_connector.reset();
    m_connection.reset();
    const WireResult result{how, std::move(detail)};
    m_observer.onEnd(result); // may destroy this
}

WireTimes WireAttempt::times() const
{
    return m_times;
}

} // namespace signalbox::upstream
