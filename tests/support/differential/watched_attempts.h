// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <vector>

#include "core/request/provider/attempt_factory.h"
#include "tests/support/differential/script_server.h"

namespace signalbox::test {

/// The scripts of one request, by step.
using Scripts = std::vector<std::deque<chain::AttemptScript>>;

/// Hands each attempt the next script of its step, which its model names ("m0", "m1", …), and keeps account
/// of what has arrived: quiet() is when nothing is on its way between the two sides.
class WatchedAttempts final : public provider::AttemptFactory
{
public:
    WatchedAttempts(provider::AttemptFactory &real, ScriptServer &server) : m_real(real), m_server(server) {}

    /// For the request that comes.
    void begin(Scripts scripts);
    bool quiet() const;
    /// What each attempt is at, for people.
    std::string state() const;

    std::unique_ptr<upstream::Attempt> make(const provider::Target &target, upstream::WireRequest request,
                                            const upstream::WireLimits &limits,
                                            upstream::AttemptObserver &observer) override;

private:
    chain::AttemptScript scriptFor(const std::string &body);

    provider::AttemptFactory &m_real;
    ScriptServer &m_server;
    Scripts m_scripts;
    std::vector<std::shared_ptr<WirePlay>> m_plays; ///< of this request
};

} // namespace signalbox::test
