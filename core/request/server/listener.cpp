// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/listener.h"

#include <sys/resource.h>
#include <unistd.h>
#include <unordered_map>

#include <QHostAddress>
#include <QTcpServer>

#include "core/foundation/base/log.h"
#include "core/request/server/connection.h"
#include "core/request/server/port_holder.h"

namespace signalbox::server {

namespace {
constexpr int kBacklog = 512;
constexpr int kTriesForFreePort = 20;
constexpr rlim_t kReservedDescriptors = 32; ///< for upstream connections, the ledger, the log
constexpr auto kRetryAccepting = std::chrono::milliseconds(100);

/// A listening socket that hands over descriptors instead of making sockets by itself.
class Door final : public QTcpServer
{
public:
    explicit Door(std::function<void(qintptr)> onConnection) : m_onConnection(std::move(onConnection))
    {
        setListenBacklogSize(kBacklog);
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_onConnection(descriptor); }

private:
    std::function<void(qintptr)> m_onConnection;
};

base::Error portError(const QTcpServer &door, std::uint16_t port)
{
    const std::string name = "Port " + std::to_string(port);
    if (door.serverError() == QAbstractSocket::AddressInUseError) {
        const auto holder = findPortHolder(port);
        const std::string by = holder
                                   ? "by " + holder->name + " (process " + std::to_string(holder->pid) + ")"
                                   : "by another program";
        return {base::ErrorCode::Conflict,
                name + " is already in use " + by + ": stop that program, or choose another port"};
    }
    if (door.serverError() == QAbstractSocket::SocketAccessError) {
        return {base::ErrorCode::Denied, name + " may not be used by this user: choose one above 1023"};
    }
    return {base::ErrorCode::Unavailable,
            name + " cannot be listened on: " + door.errorString().toStdString()};
}

/// The system gives out the lowest free descriptor: one of the last means that few are left.
bool isAmongTheLast(qintptr descriptor)
{
    rlimit limit = {};
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY
           && static_cast<rlim_t>(descriptor) + kReservedDescriptors >= limit.rlim_cur;
}

/// Without IPv6 on the machine 127.0.0.1 alone is served.
bool meansNoIpv6(const QTcpServer &door)
{
    return door.serverError() == QAbstractSocket::UnsupportedSocketOperationError
           || door.serverError() == QAbstractSocket::SocketAddressNotAvailableError;
}
} // namespace

struct Listener::Private {
    Private(base::Clock &clock, Service &service, ServerLimits limits)
        : context{clock, service, limits, std::make_shared<const AccessRules>()},
          retry(clock.makeTimer([this] { resume(); }))
    {
        context.onClosed = [this](Connection &connection) { forget(connection); };
        context.onRequestEnded = [this] { reportQuiet(); };
    }
    ~Private()
    {
        context.onClosed = [](Connection &) {};
        context.onRequestEnded = [] {};
        connections.clear();
    }

    ServerContext context;
    std::unique_ptr<base::Timer> retry;
    std::unique_ptr<Door> v4;
    std::unique_ptr<Door> v6;
    std::shared_ptr<const AccessRules> givenRules = std::make_shared<const AccessRules>();
    std::unordered_map<const Connection *, std::unique_ptr<Connection>> connections;
    std::function<void()> onQuiet;
    QObject queue; ///< context of queued calls: they die with it

    std::unique_ptr<Door> makeDoor();
    base::Result<void> open(std::uint16_t port, std::unique_ptr<Door> &four, std::unique_ptr<Door> &six);
    void accept(qintptr descriptor);
    void pause();
    void resume();
    void forget(Connection &connection);
    void reportQuiet();
    void adoptRules();
    void retire(const std::function<bool(const Connection &)> &which);
};

std::unique_ptr<Door> Listener::Private::makeDoor()
{
    auto door = std::make_unique<Door>([this](qintptr descriptor) { accept(descriptor); });
    QObject::connect(door.get(), &QTcpServer::acceptError, &queue, [this] { pause(); });
    return door;
}

/// Running out of descriptors is temporary: clients wait in the backlog meanwhile. Qt by itself would either
/// stop accepting for good or, having once seen an empty backlog, spin.
void Listener::Private::pause()
{
    if (retry->isActive()) {
        return;
    }
    base::logWarning("server", "too few file descriptors left for another client; trying again shortly");
    for (Door *door : {v4.get(), v6.get()}) {
        if (door) {
            door->pauseAccepting();
        }
    }
    retry->start(kRetryAccepting);
}

void Listener::Private::resume()
{
    for (Door *door : {v4.get(), v6.get()}) {
        if (door) {
            door->resumeAccepting();
        }
    }
}

base::Result<void> Listener::Private::open(std::uint16_t port, std::unique_ptr<Door> &four,
                                           std::unique_ptr<Door> &six)
{
    four = makeDoor();
    six = makeDoor();
    if (!four->listen(QHostAddress(QHostAddress::LocalHost), port)) {
        return std::unexpected(portError(*four, port));
    }
    if (six->listen(QHostAddress(QHostAddress::LocalHostIPv6), four->serverPort())) {
        return {};
    }
    if (meansNoIpv6(*six)) {
        base::logInfo("server", "this machine has no IPv6 loopback; listening on 127.0.0.1 only");
        six.reset();
        return {};
    }
    return std::unexpected(portError(*six, four->serverPort()));
}

void Listener::Private::accept(qintptr descriptor)
{
    if (isAmongTheLast(descriptor)) {
        ::close(static_cast<int>(descriptor));
        pause();
        return;
    }
    const std::size_t open = connections.size();
    auto connection = std::make_unique<Connection>(context, descriptor);
    Connection &ref = *connection;
    if (open >= context.limits.connections + context.limits.turnedAway) {
        return; // closed at once
    }
    connections.emplace(&ref, std::move(connection));
    if (open >= context.limits.connections) {
        ref.turnAway();
    }
}

void Listener::Private::forget(Connection &connection)
{
    const auto found = connections.find(&connection);
    if (found != connections.end()) {
        found->second.release()->deleteLater(); // it is in one of its own calls
        connections.erase(found);
    }
}

void Listener::Private::reportQuiet()
{
    if (context.draining && context.activeRequests == 0 && onQuiet) {
        QMetaObject::invokeMethod(
            &queue,
            [this] {
                if (context.draining && context.activeRequests == 0 && onQuiet) {
                    onQuiet();
                }
            },
            Qt::QueuedConnection);
    }
}

void Listener::Private::adoptRules()
{
    auto rules = std::make_shared<AccessRules>(*givenRules);
    rules->port = v4 ? v4->serverPort() : 0;
    context.rules = std::move(rules);
}

void Listener::Private::retire(const std::function<bool(const Connection &)> &which)
{
    std::vector<Connection *> found; // retiring may take a connection out of the map
    for (const auto &[raw, connection] : connections) {
        if (which(*connection)) {
            found.push_back(connection.get());
        }
    }
    for (Connection *connection : found) {
        connection->retire();
    }
}

Listener::Listener(base::Clock &clock, Service &service, ServerLimits limits)
    : d(std::make_unique<Private>(clock, service, limits))
{}

Listener::~Listener() = default;

base::Result<std::uint16_t> Listener::listen(std::uint16_t wanted)
{
    if (wanted != 0 && wanted == port()) {
        return wanted;
    }
    std::unique_ptr<Door> four;
    std::unique_ptr<Door> six;
    base::Result<void> opened = d->open(wanted, four, six);
    for (int tries = 1; !opened && wanted == 0 && tries < kTriesForFreePort; ++tries) {
        opened = d->open(0, four, six); // free on 127.0.0.1 and taken on ::1: another one
    }
    if (!opened) {
        return std::unexpected(opened.error());
    }
    d->v4 = std::move(four);
    d->v6 = std::move(six);
    d->context.draining = false;
    d->adoptRules();
    d->retire([](const Connection &) { return true; });
    return d->v4->serverPort();
}

std::uint16_t Listener::port() const
{
    return d->v4 ? d->v4->serverPort() : 0;
}

void Listener::setRules(std::shared_ptr<const AccessRules> rules)
{
    d->givenRules = std::move(rules);
    d->adoptRules();
}

void Listener::stopAccepting()
{
    d->retry->stop();
    d->v4.reset();
    d->v6.reset();
    d->context.draining = true;
    d->reportQuiet();
}

void Listener::closeIdle()
{
    d->retire([](const Connection &connection) { return connection.isIdle(); });
}

std::size_t Listener::activeRequests() const
{
    return d->context.activeRequests;
}

std::size_t Listener::connections() const
{
    return d->connections.size();
}

void Listener::onQuiet(std::function<void()> callback)
{
    d->onQuiet = std::move(callback);
}

} // namespace signalbox::server
