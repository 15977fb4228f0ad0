// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/base/request_id.h"
#include "core/record/ledger/rows.h"
#include "ui/shell/page.h"
#include "ui/widgets/card.h"

class QLabel;
class QStackedLayout;
class QTabWidget;

namespace signalbox::charts {
class Waterfall;
}
namespace signalbox::models {
class GridModel;
}
namespace signalbox::widgets {
class StatusPill;
}

namespace signalbox::activity {

/// One request explained: what was tried when, what was skipped and why, as a picture and as a table.
class RequestCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit RequestCard(const shell::PageContext &context, QWidget *parent = nullptr);

    /// Empty: nothing is chosen.
    void show(const base::RequestId &id);
    /// Asks again while the request is still running.
    void refresh();
    using QWidget::show;

private:
    QWidget *makeTabs();
    void ask();
    void fill(const ledger::RequestDetail &detail);

    engine::Engine &m_engine;
    bridge::EngineBridge &m_bridge;
    base::RequestId m_id;
    bool m_final = false;
    bool m_asking = false;
    QStackedLayout *m_stack;
    QLabel *m_headline;
    QLabel *m_summary;
    widgets::StatusPill *m_pill;
    QLabel *m_error;
    QTabWidget *m_tabs;
    charts::Waterfall *m_waterfall;
    models::GridModel *m_table;
    QLabel *m_hint;
};

} // namespace signalbox::activity
