// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>
#include <string>

#include "tests/bench/journal.h"
#include "tests/bench/link.h"

namespace signalbox::bench {

/// Two providers that answer at once, and a port that refuses connections. The model's name up to a '-' says
/// what becomes of a request: answer, limit (429), fault (500) or hang (nothing). Checks every byte it gets.
class MockUpstream
{
public:
    MockUpstream(Poller &poller, Journal &journal);
    ~MockUpstream();
    MockUpstream(const MockUpstream &) = delete;
    MockUpstream &operator=(const MockUpstream &) = delete;

    std::uint16_t port(std::size_t leg) const { return m_ports[leg].number(); }
    std::uint16_t refusingPort() const { return m_refusing.number(); }
    /// From now on the second provider closes each connection behind its answer.
    void keepNoConnections() { m_keepsConnections = false; }

private:
    class Listener;
    class Connection;

    Poller &m_poller;
    Journal &m_journal;
    std::array<Port, 2> m_ports{Port(true), Port(true)};
    Port m_refusing{false};
    bool m_keepsConnections = true;
};

/// The key a request must carry, for the providers of the mock.
inline constexpr std::string_view kProviderKey = "bench-key-of-the-provider";

} // namespace signalbox::bench
