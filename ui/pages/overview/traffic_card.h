// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"
#include "ui/widgets/card.h"

class QPushButton;
class QStackedLayout;

namespace signalbox::engine {
struct Snapshot;
}
namespace signalbox::charts {
class Legend;
class TrafficChart;
} // namespace signalbox::charts
namespace signalbox::models {
class GridModel;
}

namespace signalbox::overview {

/// Answered requests per minute by provider, as a chart or as a table.
class TrafficCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit TrafficCard(const shell::PageContext &context, QWidget *parent = nullptr);
    void show(const engine::Snapshot &snapshot);
    using QWidget::show;

private:
    void fillTable(const engine::Snapshot &snapshot, const std::vector<std::string> &providers);

    bridge::EngineBridge &m_bridge;
    QPushButton *m_asTable;
    QStackedLayout *m_stack;
    charts::TrafficChart *m_chart;
    charts::Legend *m_legend;
    models::GridModel *m_table;
};

} // namespace signalbox::overview
