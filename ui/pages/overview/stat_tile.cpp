// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/stat_tile.h"

#include <QPainter>

#include "ui/charts/sparkline.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style_controls.h"

namespace signalbox::overview {

using theme::Role;
using theme::TextSize;

namespace {

constexpr int kPad = 12;
constexpr int kLineWidth = 78;

QFont figureFont()
{
    return theme::font(TextSize::Figure, theme::Weight::Strong);
}

// Where the large one does not fit.
QFont smallerFont()
{
    return theme::font(TextSize::Title, theme::Weight::Strong);
}

} // namespace

StatTile::StatTile(const QString &label, Role line, QWidget *parent)
    : QAbstractButton(parent), m_label(label), m_line(line)
{
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFigure(QStringLiteral("–"));
}

void StatTile::setFigure(const QString &figure, const QString &note)
{
    if (figure == m_figure && note == toolTip()) {
        return;
    }
    m_figure = figure;
    setToolTip(note);
    setAccessibleName(tr("%1: %2").arg(m_label, figure));
    setAccessibleDescription(note);
    update();
}

void StatTile::setHistory(std::vector<std::optional<double>> values)
{
    if (values != m_history) {
        m_history = std::move(values);
        update();
    }
}

QSize StatTile::sizeHint() const
{
    const int text = fontMetrics().height() + QFontMetrics(figureFont()).height();
    return {200, text + 2 * kPad};
}

QSize StatTile::minimumSizeHint() const
{
    return {QFontMetrics(smallerFont()).horizontalAdvance(m_figure) + 2 * kPad, sizeHint().height()};
}

void StatTile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::color(underMouse() ? Role::Accent : Role::Border, palette()));
    painter.setBrush(theme::color(Role::Surface, palette()));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::controls::kCardRadius,
                            theme::controls::kCardRadius);
    if (hasFocus()) {
        theme::controls::focusRing(painter, rect(), palette());
    }
    const QRect inner = rect().adjusted(kPad, kPad - 2, -kPad, -kPad + 2);
    painter.setFont(font());
    painter.setPen(theme::color(Role::Muted, palette()));
    painter.drawText(inner, Qt::AlignTop | Qt::AlignLeft,
                     fontMetrics().elidedText(m_label, Qt::ElideRight, inner.width()));
    QFont big = figureFont();
    if (QFontMetrics(big).horizontalAdvance(m_figure) > inner.width()) {
        big = smallerFont();
    }
    const int figureWidth = QFontMetrics(big).horizontalAdvance(m_figure);
    painter.setFont(big);
    painter.setPen(theme::color(Role::Text, palette()));
    painter.drawText(inner, Qt::AlignBottom | Qt::AlignLeft, m_figure);
    // The number goes before the line.
    if (inner.width() - figureWidth >= kLineWidth / 2 + 12) {
        const double width = std::min(kLineWidth, inner.width() - figureWidth - 12);
        charts::paintSparkline(painter, QRectF(inner.right() - width, inner.bottom() - 21, width, 18),
                               m_history, theme::color(m_line, palette()));
    }
}

void StatTile::enterEvent(QEnterEvent *)
{
    update();
}

void StatTile::leaveEvent(QEvent *)
{
    update();
}

} // namespace signalbox::overview
