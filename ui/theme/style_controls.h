// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyle>

#include "ui/theme/style.h"

class QPainter;
class QStyleOption;
class QStyleOptionComplex;
class QStyleOptionHeader;
class QStyleOptionSlider;
class QStyleOptionTab;

// The drawing of single controls for Style; pure functions of option and palette.
namespace signalbox::theme::controls {

inline constexpr double kControlRadius = 6;
inline constexpr double kCardRadius = 8;

void focusRing(QPainter &painter, const QRect &rect, const QPalette &palette);
void button(QPainter &painter, const QStyleOption &option, ButtonKind kind);
/// The colour a button's text takes.
QColor buttonText(const QStyleOption &option, ButtonKind kind);
void field(QPainter &painter, const QStyleOption &option);
void checkBox(QPainter &painter, const QStyleOption &option);
void radioButton(QPainter &painter, const QStyleOption &option);
void chevron(QPainter &painter, const QRect &rect, const QColor &color, bool up);
void headerSection(QPainter &painter, const QStyleOption &option);
void tab(QPainter &painter, const QStyleOptionTab &option);
void scrollBar(QPainter &painter, const QStyleOptionSlider &option, const QRect &handle);

} // namespace signalbox::theme::controls
