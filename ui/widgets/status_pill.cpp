// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/status_pill.h"

#include <QPainter>

#include "ui/theme/fonts.h"

namespace signalbox::widgets {

namespace {

constexpr int kPad = 8;
constexpr int kGap = 5;

QFont pillFont()
{
    QFont font = theme::font(theme::TextSize::Body, theme::Weight::Strong);
    font.setPointSizeF(font.pointSizeF() * 12 / 13);
    return font;
}

int markSide(const QFontMetrics &metrics)
{
    return std::max(8, metrics.height() * 5 / 9);
}

} // namespace

QSize pillSize(const PillLook &look)
{
    const QFontMetrics metrics(pillFont());
    return {2 * kPad + markSide(metrics) + kGap + metrics.horizontalAdvance(look.word), metrics.height() + 4};
}

void paintPill(QPainter &painter, const QRect &rect, const PillLook &look, const QPalette &palette)
{
    const QFont font = pillFont();
    const QFontMetrics metrics(font);
    QSize size = pillSize(look);
    size.setWidth(std::min(size.width(), rect.width()));
    const QRect pill(QPoint(rect.left(), rect.top() + (rect.height() - size.height()) / 2), size);
    const QColor ink = theme::ink(look.tone, palette);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::wash(look.tone, palette));
    if (look.tone == theme::Tone::Off) {
        painter.setPen(theme::color(theme::Role::Border, palette));
    }
    painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), pill.height() / 2.0,
                            pill.height() / 2.0);
    const int side = markSide(metrics);
    theme::paintMark(painter, look.mark,
                     QRectF(pill.left() + kPad, pill.center().y() + 0.5 - side / 2.0, side, side), ink);
    painter.setFont(font);
    painter.setPen(ink);
    const QRect text = pill.adjusted(kPad + side + kGap, 0, -kPad + 1, 0);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                     metrics.elidedText(look.word, Qt::ElideRight, text.width()));
    painter.restore();
}

StatusPill::StatusPill(QWidget *parent) : StatusPill(PillLook(), parent) {}

StatusPill::StatusPill(PillLook look, QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setLook(std::move(look));
}

void StatusPill::setLook(PillLook look)
{
    if (look == m_look) {
        return;
    }
    m_look = std::move(look);
    setAccessibleName(m_look.word);
    setToolTip(m_look.word);
    updateGeometry();
    update();
}

QSize StatusPill::sizeHint() const
{
    return m_look.word.isEmpty() ? QSize(0, 0) : pillSize(m_look);
}

QSize StatusPill::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), 110), sizeHint().height()};
}

void StatusPill::paintEvent(QPaintEvent *)
{
    if (!m_look.word.isEmpty()) {
        QPainter painter(this);
        paintPill(painter, rect(), m_look, palette());
    }
}

} // namespace signalbox::widgets
