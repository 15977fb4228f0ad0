// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/shell/page.h"

class QPushButton;

namespace signalbox::shell {

/// The line at the bottom: a few numbers, each a button that opens the page it sums up.
class StatusStrip : public QWidget
{
    Q_OBJECT

public:
    explicit StatusStrip(bridge::EngineBridge &bridge, QWidget *parent = nullptr);

Q_SIGNALS:
    void openRequested(signalbox::shell::PageId page, const QString &what);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QPushButton *addSegment(PageId page, const QString &what, const QString &tip);
    void refresh();

    bridge::EngineBridge &m_bridge;
    QPushButton *m_address;
    QPushButton *m_inFlight;
    QPushButton *m_rate;
    QPushButton *m_fallbacks;
    QPushButton *m_spend;
    QPushButton *m_lost = nullptr;
};

} // namespace signalbox::shell
