// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/server/scripted_service.h"

namespace signalbox::test {

/// A listener on a free port with a service the test scripts and a clock the test moves.
struct ServerFixture {
    explicit ServerFixture(server::ServerLimits limits = {}) : listener(clock, service, limits)
    {
        listener.setRules(rulesWithOneClient());
        port = listener.listen(0).value_or(0);
    }

    /// Runs the event loop until the server has seen all that was sent: a request on another connection is
    /// answered.
    bool settle()
    {
        RawClient other(port);
        other.send(get(port, "/health"));
        return other.waitForResponses(1);
    }

    FakeClock clock;
    ScriptedService service;
    server::Listener listener;
    std::uint16_t port = 0;
};

} // namespace signalbox::test
