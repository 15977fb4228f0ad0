// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QRectF>

class QColor;
class QPainter;

namespace signalbox::charts {

/// Draws a line through `values`, lowest at the bottom, zero included; a missing value is a gap. Nothing when
/// there are no two values beside each other.
void paintSparkline(QPainter &painter, const QRectF &rect, const std::vector<std::optional<double>> &values,
                    const QColor &color);

} // namespace signalbox::charts
