// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/chains/policy_card.h"

namespace signalbox::chains {

/// What becomes of an answer while it streams. Owned by the page.
class ChainStream : public PolicyCard
{
    Q_OBJECT

public:
    explicit ChainStream(QWidget *parent = nullptr);
};

} // namespace signalbox::chains
