// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/top_bar.h"

#include <QBoxLayout>
#include <QPainter>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"
#include "ui/theme/colors.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::shell {

TopBar::TopBar(bridge::EngineBridge &bridge, QWidget *parent)
    : QWidget(parent),
      m_bridge(bridge),
      m_pill(new widgets::StatusPill),
      m_url(new widgets::CopyField(tr("Base URL of this Signalbox")))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 7);
    row->setSpacing(10);
    row->addWidget(widgets::makeStrongLabel(QStringLiteral("Signalbox")));
    row->addWidget(m_pill);
    row->addWidget(m_url);
    row->addStretch(1);
    connect(&bridge, &bridge::EngineBridge::serverChanged, this, &TopBar::refresh);
    refresh();
}

void TopBar::refresh()
{
    const engine::ServerState &server = m_bridge.engine().server();
    m_pill->setLook(bridge::serverLook(server));
    m_url->setText(bridge::text(server.baseUrl));
    m_url->setVisible(server.listening);
}

void TopBar::copyUrl()
{
    if (!m_url->text().isEmpty()) {
        m_url->copy();
    }
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(theme::Role::Surface, palette()));
    painter.setPen(theme::color(theme::Role::Border, palette()));
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

} // namespace signalbox::shell
