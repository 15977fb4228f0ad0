// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/bench/poller.h"

namespace signalbox::bench {

/// A TCP connection over loopback that never blocks. Lives as long as it is open or somebody holds it.
class Link : public Watched, public std::enable_shared_from_this<Link>
{
public:
    Link(Poller &poller, int fd);
    ~Link() override;

    void open();
    void send(std::string_view bytes);
    void close();
    bool isOpen() const { return m_fd >= 0; }

protected:
    virtual void onBytes(std::string_view bytes) = 0;
    virtual void onClosed() = 0; ///< by the other side
    Poller &poller() { return m_poller; }

private:
    void onReady(std::uint32_t events) final;
    void flush();

    Poller &m_poller;
    int m_fd;
    std::string m_unsent;
};

/// A port of this machine. One that does not listen refuses connections, and nobody else can take it
/// meanwhile.
class Port
{
public:
    explicit Port(bool listens);
    ~Port();
    Port(const Port &) = delete;
    Port &operator=(const Port &) = delete;

    std::uint16_t number() const { return m_number; }
    int fd() const { return m_fd; }

private:
    int m_fd;
    std::uint16_t m_number = 0;
};

int connectTo(std::uint16_t port);

} // namespace signalbox::bench
