// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/foundation/config/config.h"

class QDoubleSpinBox;
class QSpinBox;

namespace signalbox::providers {

/// How a simulated provider behaves. Owned by the provider's detail.
class SimulateForm : public QWidget
{
    Q_OBJECT

public:
    explicit SimulateForm(QWidget *parent = nullptr);

    void setBehaviour(const config::SimulateConfig &behaviour);
    config::SimulateConfig behaviour() const;

Q_SIGNALS:
    void edited();

private:
    config::SimulateConfig m_rest; ///< what this form does not show
    QSpinBox *m_firstToken;
    QDoubleSpinBox *m_speed;
    QSpinBox *m_length;
    QSpinBox *m_refused;
};

} // namespace signalbox::providers
