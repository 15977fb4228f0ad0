// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "tests/bench/child.h"
#include "tests/bench/client.h"
#include "tests/bench/mock_upstream.h"
#include "tests/bench/profile.h"

namespace signalbox::bench {

struct Settings {
    ChildOptions child;
    int rounds = 3;
    double seconds = 3;
    bool quick = false; ///< as few as show that it works; says nothing about speed
    bool spin = false;  ///< the harness has a core of its own and never sleeps on it

    Duration phase() const { return std::chrono::round<Duration>(std::chrono::duration<double>(seconds)); }
    int count(int full, int few) const { return quick ? few : full; }
};

/// Mock provider, a Signalbox with a profile of its own, and what runs requests through them.
class Stage
{
public:
    explicit Stage(const Settings &settings);
    ~Stage();
    Stage(const Stage &) = delete;
    Stage &operator=(const Stage &) = delete;

    /// Providers of the profile: `first`, `second`, and `refusing`, where no connection is taken.
    void start(std::vector<Chain> chains);
    void stop();

    Poller &poller() { return m_poller; }
    Journal &journal() { return m_journal; }
    MockUpstream &mock() { return m_mock; }
    Child &child() { return *m_child; }
    const Settings &settings() const { return m_settings; }
    Destination signalbox() const { return {m_child->port(), std::string(kClientToken)}; }
    /// The mock provider itself: what the same costs without Signalbox.
    Destination direct() const { return {m_mock.port(0), std::string(kProviderKey)}; }
    std::shared_ptr<Client> client(const Destination &to)
    {
        return Client::connected(m_poller, m_journal, to);
    }

    /// Throws Failure unless each provider got that many requests for this one.
    void checkLegs(const Trace &trace, int first, int second) const;

private:
    const Settings &m_settings;
    TemporaryFolder m_folder;
    Journal m_journal;
    Poller m_poller;
    MockUpstream m_mock;
    std::optional<Child> m_child;
};

/// What a closed loop of connections, each with its next request as soon as it has its answer, came to.
struct Load {
    std::vector<double> latencies; ///< µs
    double perSecond = 0;
    double cpuPerRequest = 0; ///< µs of Signalbox
};

Load runLoad(Stage &stage, const Destination &to, int connections, const Ask &ask);

} // namespace signalbox::bench
