// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/chains/policy_card.h"

namespace signalbox::chains {

/// How the chain chooses among its steps, and whether a session stays with one. Owned by the page.
class ChainStrategy : public PolicyCard
{
    Q_OBJECT

public:
    explicit ChainStrategy(QWidget *parent = nullptr);

private:
    void addStickiness();
};

} // namespace signalbox::chains
