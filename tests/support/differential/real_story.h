// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/provider/provider_attempts.h"
#include "core/request/routing/session_book.h"
#include "tests/support/differential/random_case.h"
#include "tests/support/differential/story.h"
#include "tests/support/fake_clock.h"

namespace signalbox::test {

/// The production engine over real sockets, its providers behind them, all on one fake clock that moves only
/// while nothing is on its way. In the test's thread.
class RealEngine
{
public:
    explicit RealEngine(const RandomCase &what);
    ~RealEngine();

    /// Lets time pass until the request comes.
    void rest(base::Duration pause);
    /// Carries it out to its end. Empty: it hangs, and problem() says where.
    std::optional<Story> run(const RequestPlan &plan);

    base::SteadyTime now() const { return m_clock.now(); }
    base::WallTime wallNow() const { return m_clock.wallNow(); }
    const routing::SessionBook &sessions() const { return m_sessions; }
    const health::HealthBook &health() const { return m_health; }
    const std::string &problem() const { return m_problem; }

private:
    bool settle();

    const RandomCase &m_case;
    FakeClock m_clock;
    ScriptServer m_server;
    upstream::Transport m_transport;
    provider::ProviderAttempts m_real;
    WatchedAttempts m_attempts;
    health::HealthBook m_health;
    routing::SessionBook m_sessions;
    std::string m_problem;
};

/// The client's bytes.
std::string requestBody(const RequestPlan &plan);

} // namespace signalbox::test
