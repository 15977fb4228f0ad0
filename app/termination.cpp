// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/termination.h"

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include <QSocketNotifier>

namespace signalbox::app {

namespace {
std::atomic<int> signalPipe = -1; // all that a signal handler may touch

void onSignal(int)
{
    const char byte = 0;
    if (::write(signalPipe.load(), &byte, 1) < 0) {
        return; // the pipe is full: the news is there already
    }
}
} // namespace

Termination::Termination(std::function<void()> onAsked) : m_onAsked(std::move(onAsked))
{
    if (::pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return; // then the signals end the program the hard way, which the ledger survives
    }
    signalPipe = m_pipe[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_pipe[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        char bytes[16];
        while (::read(m_pipe[0], bytes, sizeof bytes) > 0) {
        }
        m_onAsked();
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        ::sigaction(number, &action, nullptr);
    }
}

Termination::~Termination()
{
    if (m_pipe[0] < 0) {
        return;
    }
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        ::signal(number, SIG_DFL);
    }
    ::close(m_pipe[0]);
    ::close(m_pipe[1]);
}

} // namespace signalbox::app
