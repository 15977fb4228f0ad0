// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>

#include <QWidget>

#include "core/record/events/event.h"
#include "ui/widgets/info_bar.h"

namespace signalbox::bridge {
class EngineBridge;
}

namespace signalbox::shell {

/// The messages above a page: what the engine wants the user to see, and why it does not listen. At most two
/// are in view; the others wait.
class InfoStack : public QWidget
{
    Q_OBJECT

public:
    explicit InfoStack(bridge::EngineBridge &bridge, QWidget *parent = nullptr);
    int waiting() const; ///< messages not in view

private:
    void onNotice(const events::Notice &notice);
    void onServer();
    widgets::InfoBar *add(theme::Tone tone, const QString &subject, const QString &text);
    void remove(widgets::InfoBar *bar);
    void arrange();

    bridge::EngineBridge &m_bridge;
    std::deque<widgets::InfoBar *> m_bars; ///< oldest first
    widgets::InfoBar *m_server = nullptr;
};

} // namespace signalbox::shell
