// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/sparkline.h"

#include <algorithm>

#include <QLineF>
#include <QPainter>

namespace signalbox::charts {

void paintSparkline(QPainter &painter, const QRectF &rect, const std::vector<std::optional<double>> &values,
                    const QColor &color)
{
    if (values.size() < 2) {
        return;
    }
    double highest = 0;
    for (const auto &value : values) {
        highest = std::max(highest, value.value_or(0));
    }
    const auto point = [&](std::size_t i) {
        const double share = highest > 0 ? *values[i] / highest : 0;
        return QPointF(rect.left()
                           + rect.width() * static_cast<double>(i) / static_cast<double>(values.size() - 1),
                       rect.bottom() - rect.height() * share);
    };
    // Lines one by one: a polyline wider than one pixel costs many times as much.
    QList<QLineF> lines;
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (values[i - 1] && values[i]) {
            lines << QLineF(point(i - 1), point(i));
        }
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLines(lines);
    painter.restore();
}

} // namespace signalbox::charts
