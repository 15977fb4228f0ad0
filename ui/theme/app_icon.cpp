// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/app_icon.h"

#include <QPainter>

namespace signalbox::theme {

namespace {

// The shapes and colours of io.github.signalbox.Signalbox.svg, on its grid of 64 × 64.
QPixmap painted(int side)
{
    QPixmap pixmap(side, side);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(side / 64.0, side / 64.0);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0x1F, 0x5F, 0xBF));
    painter.drawRoundedRect(0, 0, 64, 64, 14, 14);
    painter.setBrush(Qt::white);
    painter.drawRect(12, 48, 16, 8);
    painter.drawRoundedRect(16, 12, 8, 38, 4, 4);
    painter.save();
    painter.translate(20, 28);
    painter.rotate(-30);
    painter.translate(-20, -28);
    painter.setBrush(QColor(0xFF, 0xC2, 0x4A));
    painter.drawRoundedRect(16, 22, 38, 12, 2, 2);
    painter.setBrush(QColor(0x1B, 0x24, 0x30));
    painter.drawRect(42, 22, 6, 12);
    painter.restore();
    painter.setBrush(QColor(0x1B, 0x24, 0x30));
    painter.drawEllipse(QPointF(20, 28), 5, 5);
    painter.setBrush(QColor(0x5F, 0xE0, 0xA3));
    painter.drawEllipse(QPointF(44, 44), 8, 8);
    return pixmap;
}

} // namespace

QIcon appIcon()
{
    QIcon icon;
    for (const int side : {16, 24, 32, 48, 64, 128, 256}) {
        icon.addPixmap(painted(side));
    }
    return icon;
}

} // namespace signalbox::theme
