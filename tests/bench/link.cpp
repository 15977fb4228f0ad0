// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/link.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signalbox::bench {

namespace {
sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

[[noreturn]] void fail(const char *what)
{
    throw Failure(std::string(what) + ": " + std::strerror(errno));
}
} // namespace

Link::Link(Poller &poller, int fd) : m_poller(poller), m_fd(fd)
{
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
}

Link::~Link()
{
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

void Link::open()
{
    m_poller.watch(m_fd, shared_from_this(), EPOLLIN);
}

void Link::close()
{
    if (m_fd >= 0) {
        m_poller.forget(m_fd);
        ::close(m_fd);
        m_fd = -1;
    }
}

void Link::send(std::string_view bytes)
{
    if (m_fd < 0) {
        return;
    }
    if (!m_unsent.empty()) {
        m_unsent += bytes;
        return;
    }
    const ssize_t sent = ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
    if (taken < bytes.size()) { // an error shows when reading
        m_unsent = bytes.substr(taken);
        m_poller.change(m_fd, EPOLLIN | EPOLLOUT);
    }
}

void Link::flush()
{
    const ssize_t sent = ::send(m_fd, m_unsent.data(), m_unsent.size(), MSG_NOSIGNAL);
    if (sent > 0) {
        m_unsent.erase(0, static_cast<std::size_t>(sent));
    }
    if (m_unsent.empty()) {
        m_poller.change(m_fd, EPOLLIN);
    }
}

void Link::onReady(std::uint32_t events)
{
    static std::array<char, std::size_t{128} * 1024> buffer; // one loop, one thread
    if (m_fd >= 0 && (events & EPOLLOUT) && !m_unsent.empty()) {
        flush();
    }
    if (m_fd < 0 || !(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) {
        return;
    }
    const ssize_t count = ::recv(m_fd, buffer.data(), buffer.size(), 0);
    if (count > 0) {
        onBytes({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count == 0 || errno != EAGAIN) {
        close();
        onClosed();
    }
}

Port::Port(bool listens) : m_fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
{
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto *const generic = reinterpret_cast<sockaddr *>(&address);
    if (m_fd < 0 || ::bind(m_fd, generic, size) != 0 || ::getsockname(m_fd, generic, &size) != 0
        || (listens && ::listen(m_fd, 4096) != 0)) {
        fail("no port for the mock provider");
    }
    m_number = ntohs(address.sin_port);
}

Port::~Port()
{
    ::close(m_fd);
}

int connectTo(std::uint16_t port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        fail("no connection to 127.0.0.1");
    }
    return fd;
}

} // namespace signalbox::bench
