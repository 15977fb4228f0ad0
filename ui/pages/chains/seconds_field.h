// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>
#include <QWheelEvent>

#include "core/foundation/config/config.h"

namespace signalbox::chains {

/// Scrolling the pane must not change a value under the pointer: the wheel turns a field that has the focus.
template<typename Base>
class Calm : public Base
{
public:
    Calm() { this->setFocusPolicy(Qt::StrongFocus); }

protected:
    void wheelEvent(QWheelEvent *event) override
    {
        this->hasFocus() ? Base::wheelEvent(event) : event->ignore();
    }
};

/// Undo belongs to the chain, not to the text of one field: for event filters. True: the field must not have
/// it.
bool isUndoOfChain(QEvent *event);

/// The width of the labels beside the fields of a chain, the same in all its cards.
int formLabelWidth(const QFont &font);

/// A limit in seconds, without decimals that say nothing. The wheel turns it only while it has the focus, so
/// that scrolling a form does not edit it.
class SecondsField : public QDoubleSpinBox
{
    Q_OBJECT

public:
    SecondsField(config::Ms least, config::Ms most, QWidget *parent = nullptr);

    config::Ms limit() const;
    void setLimit(config::Ms limit); ///< keeps what is being typed when it means the same

protected:
    QString textFromValue(double value) const override;
    void wheelEvent(QWheelEvent *event) override;
};

} // namespace signalbox::chains
