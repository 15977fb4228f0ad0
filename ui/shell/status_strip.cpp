// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/status_strip.h"

#include <QBoxLayout>
#include <QEvent>
#include <QPainter>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/buttons.h"

namespace signalbox::shell {

using theme::Mark;
using theme::Role;

namespace {

QIcon markIcon(Mark mark, const QColor &color)
{
    QPixmap pixmap(24, 24);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    theme::paintMark(painter, mark, QRectF(4, 4, 16, 16), color);
    return QIcon(pixmap);
}

} // namespace

StatusStrip::StatusStrip(bridge::EngineBridge &bridge, QWidget *parent) : QWidget(parent), m_bridge(bridge)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(4, 2, 4, 1);
    row->setSpacing(0);
    m_address = addSegment(PageId::Settings, {}, tr("Where tools reach Signalbox. Opens Settings"));
    m_inFlight = addSegment(PageId::Overview, {}, tr("Requests that are running. Opens Overview"));
    m_rate = addSegment(PageId::Activity, {}, tr("Opens Activity"));
    m_fallbacks = addSegment(PageId::Activity, tr("fallback"), tr("Opens Activity, fallbacks only"));
    m_spend = addSegment(PageId::Spend, {}, tr("Since midnight. Opens Spend"));
    m_lost = addSegment(PageId::Activity, {}, tr("Rows the ledger could not keep"));
    row->addStretch(1);
    m_address->setIconSize({12, 12});
    connect(&bridge, &bridge::EngineBridge::snapshotChanged, this, &StatusStrip::refresh);
    connect(&bridge, &bridge::EngineBridge::serverChanged, this, &StatusStrip::refresh);
    refresh();
}

QPushButton *StatusStrip::addSegment(PageId page, const QString &what, const QString &tip)
{
    QPushButton *button = widgets::makeButton({}, widgets::ButtonKind::Flat);
    button->setToolTip(tip);
    button->setForegroundRole(QPalette::PlaceholderText);
    layout()->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this, page, what] { Q_EMIT openRequested(page, what); });
    return button;
}

void StatusStrip::refresh()
{
    const engine::ServerState &server = m_bridge.engine().server();
    const auto snapshot = m_bridge.snapshot();
    const engine::Totals &totals = snapshot->totals;
    m_address->setText(server.listening ? tr("127.0.0.1:%1 running").arg(server.port)
                                        : tr("Port %1 not listening").arg(server.port));
    m_address->setIcon(markIcon(server.listening ? Mark::Circle : Mark::Square,
                                theme::color(server.listening ? Role::Ok : Role::Danger, palette())));
    m_inFlight->setText(
        tr("%1 in flight").arg(bridge::formatCount(static_cast<int>(snapshot->inFlight.size()))));
    m_rate->setText(tr("%1 requests/min").arg(bridge::formatRate(totals.requestsPerMinute)));
    m_fallbacks->setText(
        totals.fallbacksLast5Min == 1
            ? tr("1 fallback in 5 min")
            : tr("%1 fallbacks in 5 min").arg(bridge::formatCount(totals.fallbacksLast5Min)));
    const QString spend = bridge::formatSpend(totals.spendToday);
    m_spend->setText(totals.unpricedToday
                         ? tr("%1 today + %2 without a price").arg(spend).arg(totals.unpricedToday)
                         : tr("%1 today").arg(spend));
    m_lost->setText(tr("%1 rows not kept").arg(bridge::formatCount(totals.ledgerLost)));
    m_lost->setVisible(totals.ledgerLost > 0);
}

void StatusStrip::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_lost) {
        refresh(); // the mark is a picture in the old colours
    }
}

void StatusStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(Role::Surface, palette()));
    painter.setPen(theme::color(Role::Border, palette()));
    painter.drawLine(0, 0, width(), 0);
}

} // namespace signalbox::shell
