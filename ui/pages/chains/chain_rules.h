// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/chains/policy_card.h"

class QVBoxLayout;

namespace signalbox::chains {

/// What makes the chain go on to its next step, and how long it may try in all. Owned by the page.
class ChainRules : public PolicyCard
{
    Q_OBJECT

public:
    explicit ChainRules(QWidget *parent = nullptr);

private:
    void addFailures();
    void addRefusal();
    void addWaiting();
    QCheckBox *addBox(const QString &text, const QString &key);

    QVBoxLayout *m_boxes;
};

} // namespace signalbox::chains
