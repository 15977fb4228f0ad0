// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace signalbox::bridge {
class EngineBridge;
}
namespace signalbox::widgets {
class CopyField;
class StatusPill;
} // namespace signalbox::widgets

namespace signalbox::shell {

/// The name, whether it runs, and the address to copy: in view on every page.
class TopBar : public QWidget
{
    Q_OBJECT

public:
    explicit TopBar(bridge::EngineBridge &bridge, QWidget *parent = nullptr);
    void copyUrl();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();

    bridge::EngineBridge &m_bridge;
    widgets::StatusPill *m_pill;
    widgets::CopyField *m_url;
};

} // namespace signalbox::shell
