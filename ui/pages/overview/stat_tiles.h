// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/engine/snapshot.h"
#include "ui/shell/page.h"

namespace signalbox::overview {

class StatTile;

/// The five numbers at the top of the overview.
class StatTiles : public QWidget
{
    Q_OBJECT

public:
    explicit StatTiles(QWidget *parent = nullptr);
    void show(const engine::Snapshot &snapshot);
    using QWidget::show;

Q_SIGNALS:
    void openRequested(signalbox::shell::PageId page, const QString &what);

private:
    StatTile *m_requests;
    StatTile *m_errors;
    StatTile *m_fallbacks;
    StatTile *m_firstToken;
    StatTile *m_spend;
};

} // namespace signalbox::overview
