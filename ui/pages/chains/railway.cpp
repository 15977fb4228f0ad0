// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/railway.h"

#include <algorithm>

#include <QPainter>
#include <QPainterPath>

#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"

namespace signalbox::chains {

namespace {
using theme::Role;

constexpr double kLineX = 23;
constexpr double kBend = 16; ///< how far the line keeps away from a skipped station
constexpr double kStroke = 4;

/// Around a skipped station: out at the top, in at the bottom, but straight on where the neighbour is skipped
/// too.
QPainterPath detour(const QRectF &strip, double x, const Station &station)
{
    const double out = x - kBend;
    const double reach = std::min(28.0, strip.height() / 3);
    QPainterPath path;
    if (station.first || station.previousTaken) {
        path.moveTo(x, strip.top());
        path.cubicTo(x, strip.top() + reach * 0.55, out, strip.top() + reach * 0.45, out,
                     strip.top() + reach);
    } else {
        path.moveTo(out, strip.top());
    }
    if (station.nextTaken) {
        path.lineTo(out, strip.bottom() - reach);
        path.cubicTo(out, strip.bottom() - reach * 0.45, x, strip.bottom() - reach * 0.55, x, strip.bottom());
    } else {
        path.lineTo(out, strip.bottom());
    }
    return path;
}

void paintSiding(QPainter &painter, const QRectF &strip, double x, double y, const Station &station,
                 const QPalette &palette)
{
    painter.setPen(QPen(theme::color(Role::Off, palette), kStroke, Qt::CustomDashLine, Qt::FlatCap));
    QPen pen = painter.pen();
    pen.setDashPattern({1.0, 0.9});
    painter.setPen(pen);
    painter.drawLine(QPointF(x, strip.top()), QPointF(x, y));
    if (station.lineGoesOn || !station.last) {
        painter.drawLine(QPointF(x, y), QPointF(x, strip.bottom()));
    }
}
} // namespace

void paintRailway(QPainter &painter, const QRect &strip, int y, const Station &station,
                  const QPalette &palette, bool mirrored)
{
    const QRectF area = QRectF(strip).adjusted(0, -0.5, 0, 0.5); // no seam between rows on fractional scales
    const double x = mirrored ? area.right() - kLineX : area.left() + kLineX;
    const QColor accent = theme::color(Role::Accent, palette);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QPen line(accent, kStroke, Qt::SolidLine, Qt::FlatCap);
    painter.setBrush(Qt::NoBrush);
    if (!station.taken) {
        paintSiding(painter, area, x, y, station, palette);
        if (station.lineGoesOn) {
            painter.setPen(line);
            painter.drawPath(detour(area, x, station));
        }
    } else {
        painter.setPen(line);
        painter.drawLine(QPointF(x, area.top()), QPointF(x, y));
        if (station.lineGoesOn) {
            painter.drawLine(QPointF(x, y), QPointF(x, area.bottom()));
        }
    }
    auto font = theme::font(theme::TextSize::Small, theme::Weight::Strong);
    const QFontMetrics metrics(font);
    const double radius = std::max(10.0, metrics.height() * 0.5 + 3);
    painter.setPen(QPen(station.taken ? accent : theme::color(Role::Off, palette), kStroke));
    painter.setBrush(theme::color(Role::Surface, palette));
    painter.drawEllipse(QPointF(x, y), radius, radius);
    painter.setFont(font);
    painter.setPen(theme::color(Role::Text, palette));
    painter.drawText(QRectF(x - radius, y - radius, 2 * radius, 2 * radius), Qt::AlignCenter,
                     QString::number(station.number));
    painter.restore();
}

} // namespace signalbox::chains
