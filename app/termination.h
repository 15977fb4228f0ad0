// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include <QObject>

class QSocketNotifier;

namespace signalbox::app {

/// Turns SIGTERM, SIGINT and SIGHUP into a call in the main thread's event loop. One per process.
class Termination : public QObject
{
    Q_OBJECT

public:
    explicit Termination(std::function<void()> onAsked);
    ~Termination() override;

private:
    std::function<void()> m_onAsked;
    std::unique_ptr<QSocketNotifier> m_notifier;
    int m_pipe[2] = {-1, -1};
};

} // namespace signalbox::app
