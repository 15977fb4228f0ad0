// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

#include "core/foundation/config/config.h"

namespace signalbox::chains {

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
