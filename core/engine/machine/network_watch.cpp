// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/machine/network_watch.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <QFile>
#include <QNetworkInformation>
#include <QNetworkProxyFactory>
#include <QUrl>

#include "core/foundation/base/log.h"

namespace signalbox::machine {

namespace {
constexpr qint64 kMostRouteBytes = 1024 * 1024;

std::string contentOf(const char *path)
{
    QFile file(QString::fromLatin1(path));
    return file.open(QIODevice::ReadOnly) ? file.read(kMostRouteBytes).toStdString() : std::string();
}

class QtNetworkSource final : public NetworkSource
{
public:
    QtNetworkSource()
    {
        using Info = QNetworkInformation;
        if (Info::loadDefaultBackend() || Info::loadBackendByFeatures(Info::Feature::Reachability)) {
            m_info = QNetworkInformation::instance();
        }
        const std::string backend = m_info ? m_info->backendName().toStdString() : std::string();
        base::logInfo("network", m_info ? "asking '" + backend + "'"
                                        : "nobody here tells the state of the network: it counts as online");
    }

    Reading read() const override
    {
        if (!m_info) {
            return {};
        }
        const bool disconnected = m_info->reachability() == QNetworkInformation::Reachability::Disconnected;
        return {.state = {.online = !disconnected,
                          .captive = m_info->isBehindCaptivePortal(),
                          .metered = m_info->isMetered()},
                .link = static_cast<int>(m_info->transportMedium())};
    }

    void onChange(std::function<void()> changed) override
    {
        if (!m_info) {
            return;
        }
        const auto tell = [changed = std::move(changed)] { changed(); };
        QObject::connect(m_info, &QNetworkInformation::reachabilityChanged, &m_context, tell);
        QObject::connect(m_info, &QNetworkInformation::isBehindCaptivePortalChanged, &m_context, tell);
        QObject::connect(m_info, &QNetworkInformation::transportMediumChanged, &m_context, tell);
        QObject::connect(m_info, &QNetworkInformation::isMeteredChanged, &m_context, tell);
    }

private:
    QNetworkInformation *m_info = nullptr; ///< Qt's own
    QObject m_context;                     ///< cuts the connections when it goes
};

/// The fields of a line, taken one by one.
std::string_view nextField(std::string_view &line)
{
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const std::string_view field = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(field.size());
    return field;
}

template<typename Visit>
bool anyLine(std::string_view text, Visit visit)
{
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (visit(line)) {
            return true;
        }
    }
    return false;
}

/// Made by this machine for itself: bridges of containers and virtual machines stay when the network is gone.
bool isOwn(std::string_view interface)
{
    constexpr std::array<std::string_view, 12> kOwn = {"docker", "br-", "veth", "virbr",  "vmnet", "vboxnet",
                                                       "lxc",    "lxd", "cni",  "podman", "cbr",   "flannel"};
    return interface == "lo" || interface.empty()
           || std::ranges::any_of(kOwn, [&](std::string_view own) { return interface.starts_with(own); });
}
} // namespace

std::unique_ptr<NetworkSource> systemNetwork()
{
    return std::make_unique<QtNetworkSource>();
}

// proc(5), below a line of headings: Iface Destination Gateway …, in hexadecimal, low byte first
// ipv6_route: destination length source length next-hop metric refcnt use flags iface
bool hasWayOut(std::string_view ipv4, std::string_view ipv6)
{
    const bool byIpv4 = anyLine(ipv4, [](std::string_view line) {
        const std::string_view interface = nextField(line);
        const std::string_view destination = nextField(line);
        const bool linkLocal = destination.ends_with("FEA9"); // 169.254.0.0/16
        return !isOwn(interface) && interface != "Iface" && destination.size() == 8 && !linkLocal;
    });
    const bool byIpv6 = anyLine(ipv6, [](std::string_view line) {
        const std::string_view destination = nextField(line);
        for (int i = 0; i < 8; ++i) {
            nextField(line);
        }
        const bool linkLocal = destination.starts_with("fe8") || destination.starts_with("ff");
        return destination.size() == 32 && !linkLocal && !isOwn(nextField(line));
    });
    return byIpv4 || byIpv6;
}

bool machineHasWayOut()
{
    const QNetworkProxyQuery query(QUrl(QStringLiteral("https://example.com")));
    const QList<QNetworkProxy> proxies = QNetworkProxyFactory::systemProxyForQuery(query);
    return std::ranges::any_of(proxies, [](const QNetworkProxy &p) { return p.type() != p.NoProxy; })
           || hasWayOut(contentOf("/proc/net/route"), contentOf("/proc/net/ipv6_route"));
}

NetworkWatch::NetworkWatch(Deps deps) : m_deps(std::move(deps)), m_asleep(m_deps.clock.asleep()) {}

void NetworkWatch::heard(const NetworkSource::Reading &reading)
{
    const bool otherLink = reading.link != m_link && reading.link != 0 && m_link != 0;
    m_link = reading.link != 0 ? reading.link : m_link; // a link that was lost and came back is the same
    m_saidOnline = reading.state.online;
    m_lookedAt = m_deps.clock.now();
    NetworkState now = reading.state;
    // Being wrong here would keep every request from every provider, so the service's word is not enough: it
    // knows nothing of networks that it does not manage.
    now.online = m_saidOnline || m_deps.hasWayOut();
    become(now, otherLink);
}

void NetworkWatch::check()
{
    checkSleep();
    if (m_saidOnline || m_deps.clock.now() - m_lookedAt < kLookAgain) {
        return;
    }
    // Not every service tells when the network is back.
    m_lookedAt = m_deps.clock.now();
    NetworkState now = m_state;
    now.online = m_deps.hasWayOut();
    become(now, false);
}

void NetworkWatch::become(const NetworkState &now, bool otherLink)
{
    const NetworkState before = std::exchange(m_state, now);
    if (before.online != now.online) {
        base::logInfo("network", now.online ? "online again" : "offline: only local steps are tried");
        m_deps.health.setOnline(now.online, m_deps.clock.now());
    }
    if (before.captive != now.captive) {
        base::logInfo("network", now.captive ? "behind a captive portal" : "past the captive portal");
        m_deps.health.setCaptive(now.captive);
    }
    if (otherLink) {
        m_deps.health.networkChanged();
    }
    if (otherLink || before.online != now.online || before.captive != now.captive) {
        m_deps.flushIdle();
    }
}

void NetworkWatch::checkSleep()
{
    const base::Duration asleep = m_deps.clock.asleep();
    const base::Duration slept = asleep - m_asleep;
    if (slept <= kSleepThatMatters) {
        return; // several short ones add up
    }
    m_asleep = asleep;
    base::logInfo("network", "this machine slept for "
                                 + std::to_string(std::chrono::round<std::chrono::seconds>(slept).count())
                                 + " s");
    m_deps.health.resumed(slept, m_deps.clock.now());
    m_deps.flushIdle();
}

} // namespace signalbox::machine
