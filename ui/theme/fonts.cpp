// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/fonts.h"

#include <algorithm>

#include <QApplication>
#include <QFontDatabase>

namespace signalbox::theme {

namespace {

constexpr double kBodyPoints = 9.75; // 13 px at 96 dpi

double scale(TextSize size)
{
    switch (size) {
    case TextSize::Small:
        return 11.0 / 13.0;
    case TextSize::Body:
        return 1.0;
    case TextSize::Title:
        return 16.0 / 13.0;
    case TextSize::Figure:
        return 22.0 / 13.0;
    }
    return 1.0;
}

} // namespace

QFont font(TextSize size, Weight weight)
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * scale(size));
    font.setWeight(weight == Weight::Strong ? QFont::DemiBold : QFont::Normal);
    return font;
}

QFont monoFont(TextSize size)
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    // Monospaced faces look larger than the others at the same size.
    font.setPointSizeF(QApplication::font().pointSizeF() * scale(size) * 0.95);
    return font;
}

QFont applicationFont(QFont system)
{
    system.setPointSizeF(std::max(system.pointSizeF(), kBodyPoints));
    return system;
}

} // namespace signalbox::theme
