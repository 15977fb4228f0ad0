// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/seconds_field.h"

#include <cmath>

#include <QFontMetrics>
#include <QKeyEvent>

namespace signalbox::chains {

bool isUndoOfChain(QEvent *event)
{
    if (event->type() != QEvent::ShortcutOverride) {
        return false;
    }
    auto *key = static_cast<QKeyEvent *>(event);
    const bool undo = key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo);
    if (undo) {
        event->ignore();
    }
    return undo;
}

int formLabelWidth(const QFont &font)
{
    return QFontMetrics(font).horizontalAdvance(SecondsField::tr("Between tokens")) + 4;
}

SecondsField::SecondsField(config::Ms least, config::Ms most, QWidget *parent) : QDoubleSpinBox(parent)
{
    setDecimals(3);
    setRange(static_cast<double>(least.count()) / 1000.0, static_cast<double>(most.count()) / 1000.0);
    setStepType(AdaptiveDecimalStepType);
    setSuffix(tr(" s"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumWidth(80);
}

config::Ms SecondsField::limit() const
{
    return config::Ms(std::llround(value() * 1000.0));
}

void SecondsField::setLimit(config::Ms limit)
{
    if (limit != this->limit()) {
        setValue(static_cast<double>(limit.count()) / 1000.0);
    }
}

QString SecondsField::textFromValue(double value) const
{
    const auto ms = std::llround(value * 1000.0);
    const int decimals = ms % 1000 == 0 ? 0 : ms % 100 == 0 ? 1 : ms % 10 == 0 ? 2 : 3;
    return locale().toString(value, 'f', decimals);
}

void SecondsField::wheelEvent(QWheelEvent *event)
{
    if (hasFocus()) {
        QDoubleSpinBox::wheelEvent(event);
    } else {
        event->ignore();
    }
}

} // namespace signalbox::chains
