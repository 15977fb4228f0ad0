// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/request_card.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPointer>
#include <QScrollArea>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTableView>

#include "core/engine/engine.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"
#include "ui/charts/waterfall.h"
#include "ui/models/grid_model.h"
#include "ui/models/request_text.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/table.h"

namespace signalbox::activity {

namespace {
enum Face { HintFace, DetailFace };

// As wide as their texts, but for the detail, which takes what is left and is whole in its tool tip.
void fitColumns(QTableView &table)
{
    constexpr int kDetail = 4;
    table.resizeColumnsToContents(); // a handful of rows
    int others = 0;
    for (int column = 0; column < table.model()->columnCount(); ++column) {
        others += column == kDetail ? 0 : table.columnWidth(column);
    }
    const int least = table.fontMetrics().averageCharWidth() * 18;
    table.setColumnWidth(kDetail, std::max(least, table.viewport()->width() - others));
}

} // namespace

RequestCard::RequestCard(const shell::PageContext &context, QWidget *parent)
    : Card(parent),
      m_engine(context.engine),
      m_bridge(context.bridge),
      m_stack(new QStackedLayout),
      m_headline(widgets::makeStrongLabel({})),
      m_summary(new widgets::ElidedLabel),
      m_pill(new widgets::StatusPill),
      m_error(widgets::makeProse({})),
      m_tabs(new QTabWidget),
      m_waterfall(new charts::Waterfall),
      m_table(new models::GridModel(this)),
      m_hint(widgets::makeMutedLabel(tr("Choose a request to see what was tried, what was skipped and why.")))
{
    setAccessibleName(tr("The chosen request"));
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    auto *detail = new QWidget;
    auto *column = new QVBoxLayout(detail);
    column->setContentsMargins(0, 0, 0, 0);
    auto *head = new QHBoxLayout;
    m_headline->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    head->addWidget(m_headline);
    head->addWidget(m_pill);
    head->addWidget(m_summary, 1);
    QPushButton *copyId = widgets::makeButton(tr("Copy id"));
    head->addWidget(copyId);
    column->addLayout(head);
    m_error->setForegroundRole(QPalette::BrightText);
    column->addWidget(m_error);
    column->addWidget(makeTabs(), 1);
    m_stack->addWidget(m_hint);
    m_stack->addWidget(detail);
    body()->addLayout(m_stack, 1);
    connect(copyId, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(bridge::text(m_id.text())); });
}

QWidget *RequestCard::makeTabs()
{
    auto *picture = new QWidget;
    auto *column = new QVBoxLayout(picture);
    column->setContentsMargins(0, 8, 0, 0);
    auto *scroll = new QScrollArea;
    scroll->setWidget(m_waterfall);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    // The area would paint the window's colour over the card.
    scroll->viewport()->setAutoFillBackground(false);
    m_waterfall->setAutoFillBackground(false);
    auto *legend = new charts::Legend;
    legend->setEntries(charts::waterfallLegend());
    column->addWidget(scroll, 1);
    column->addWidget(legend);
    auto *table = new QTableView;
    widgets::setUpTable(*table, tr("Attempts"));
    table->setModel(m_table);
    connect(m_table, &QAbstractItemModel::modelReset, table, [table] { fitColumns(*table); });
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(picture, tr("Timeline"));
    m_tabs->addTab(table, tr("Attempts table"));
    m_tabs->setAccessibleName(tr("Views of the request"));
    return m_tabs;
}

void RequestCard::show(const base::RequestId &id)
{
    if (id == m_id) {
        refresh();
        return;
    }
    m_id = id;
    m_final = false;
    m_asking = false;
    if (id.empty()) {
        m_stack->setCurrentIndex(HintFace);
        return;
    }
    ask();
}

void RequestCard::refresh()
{
    if (!m_id.empty() && !m_final && !m_asking) {
        ask();
    }
}

void RequestCard::ask()
{
    m_asking = true;
    m_engine.request(m_id,
                     [card = QPointer(this), id = m_id](const base::Result<ledger::RequestDetail> &detail) {
                         if (!card || card->m_id != id) {
                             return;
                         }
                         card->m_asking = false;
                         if (detail) {
                             card->fill(*detail);
                         } else {
                             card->m_hint->setText(bridge::text(detail.error().message));
                             card->m_stack->setCurrentIndex(HintFace);
                         }
                     });
}

void RequestCard::fill(const ledger::RequestDetail &detail)
{
    const auto names = [this](const std::string &id) { return m_bridge.providerName(id); };
    const ledger::RequestRow &row = detail.request;
    m_final = row.ended.has_value();
    const QString id = bridge::text(row.started.id.text());
    m_headline->setText(tr("Request %1…%2").arg(id.left(6), id.right(4)));
    m_headline->setToolTip(id);
    m_pill->setLook(bridge::requestLook(row));
    QString where = bridge::text(row.started.chain);
    where = where.isEmpty() ? tr("direct") : tr("%1 v%2").arg(where).arg(row.started.chainVersion);
    QStringList parts{tr("%1 → %2").arg(bridge::text(row.started.client), where),
                      tr("asked for %1").arg(bridge::text(row.started.modelAsked)),
                      bridge::formatTime(row.started.at)};
    if (row.ended) {
        parts << bridge::formatDuration(row.ended->total) << bridge::formatCost(row.ended->cost)
              << tr("own share %1").arg(bridge::formatDuration(row.ended->overhead));
    }
    m_summary->setText(parts.join(QStringLiteral(" · ")));
    m_error->setText(row.ended ? bridge::text(row.ended->error) : QString());
    m_error->setVisible(!m_error->text().isEmpty());
    m_waterfall->setRows(charts::waterfallRows(detail, names), charts::waterfallEndMs(detail));
    m_table->setContent(models::attemptsHeader(), models::attemptsRows(detail, names));
    m_stack->setCurrentIndex(DetailFace);
}

} // namespace signalbox::activity
