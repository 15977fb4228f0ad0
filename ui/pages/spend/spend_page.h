// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/record/ledger/rows.h"
#include "ui/shell/page.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace signalbox::charts {
class Legend;
class SpendChart;
} // namespace signalbox::charts
namespace signalbox::models {
class GridModel;
}
namespace signalbox::widgets {
class EmptyState;
}

namespace signalbox::spend {

/// What the requests cost, by day and provider, as a chart, a table and a file.
class SpendPage : public shell::Page
{
    Q_OBJECT

public:
    explicit SpendPage(const shell::PageContext &context, QWidget *parent = nullptr);

    QString title() const override { return tr("Spend"); }
    void activated() override;
    void deactivated() override { m_active = false; }
    QList<QAction *> pageActions() const override { return {m_export}; }

private:
    QWidget *makeContent();
    void ask();
    void fill();
    void fillChart();
    void exportCsv();
    void writeCsv(const QString &file);

    shell::PageContext m_context;
    QComboBox *m_range;
    QLabel *m_total;
    QLabel *m_note;
    QAction *m_export;
    charts::SpendChart *m_chart;
    charts::Legend *m_legend;
    models::GridModel *m_table;
    QStackedWidget *m_faces;
    widgets::EmptyState *m_empty;
    std::vector<ledger::SpendRow> m_rows;
    std::string m_firstDay;
    std::string m_lastDay;
    int m_asked = 0;
    bool m_active = false;
};

} // namespace signalbox::spend
