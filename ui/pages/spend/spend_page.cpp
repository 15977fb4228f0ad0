// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/spend/spend_page.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDateTime>
#include <QFileDialog>
#include <QHeaderView>
#include <QPointer>
#include <QSaveFile>
#include <QStackedWidget>
#include <QTableView>

#include "core/engine/engine.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/charts/legend.h"
#include "ui/charts/spend_chart.h"
#include "ui/pages/spend/spend_table.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/table.h"

namespace signalbox::spend {

namespace {

enum Face { ContentFace, EmptyFace };

// Days of the ledger are UTC; "now" is the engine's. Not valid before the first snapshot.
QDate today(const engine::Snapshot &snapshot)
{
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(snapshot.at).time_since_epoch().count();
    return ms > 0 ? QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).date() : QDate();
}

} // namespace

SpendPage::SpendPage(const shell::PageContext &context, QWidget *parent)
    : Page(parent),
      m_context(context),
      m_range(new QComboBox),
      m_total(widgets::makeLabel({})),
      m_note(widgets::makeMutedLabel({})),
      m_export(new QAction(tr("Export as CSV…"), this)),
      m_chart(new charts::SpendChart),
      m_legend(new charts::Legend),
      m_table(new models::GridModel(this)),
      m_faces(new QStackedWidget),
      m_empty(new widgets::EmptyState(theme::Glyph::Spend, {}))
{
    m_range->addItem(tr("Last 7 days"), 7);
    m_range->addItem(tr("Last 30 days"), 30);
    m_range->addItem(tr("Last 90 days"), 90);
    m_range->setCurrentIndex(1);
    m_range->setAccessibleName(tr("Days shown"));
    m_export->setShortcut(QKeySequence(QStringLiteral("Ctrl+E")));
    m_export->setEnabled(false);
    connect(m_empty->addLink(tr("Show the requests")), &QPushButton::clicked, this,
            [this] { Q_EMIT openRequested(shell::PageId::Activity, {}); });
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(12);
    auto *head = new QHBoxLayout;
    m_total->setFont(theme::font(theme::TextSize::Figure, theme::Weight::Strong));
    head->addWidget(m_total);
    head->addWidget(m_note, 1, Qt::AlignBottom);
    head->addWidget(m_range);
    QPushButton *save = widgets::makeButton(m_export->text());
    head->addWidget(save);
    column->addLayout(head);
    m_faces->addWidget(makeContent());
    m_faces->addWidget(m_empty);
    column->addWidget(m_faces, 1);
    save->setEnabled(false);
    connect(save, &QPushButton::clicked, m_export, &QAction::trigger);
    connect(m_export, &QAction::changed, save, [this, save] { save->setEnabled(m_export->isEnabled()); });
    connect(m_export, &QAction::triggered, this, &SpendPage::exportCsv);
    connect(m_range, &QComboBox::currentIndexChanged, this, &SpendPage::ask);
    connect(&context.bridge, &bridge::EngineBridge::snapshotChanged, this, [this] {
        // The first one, and midnight.
        if (m_active
            && today(*m_context.bridge.snapshot()).toString(Qt::ISODate).toStdString() != m_lastDay) {
            ask();
        }
    });
}

QWidget *SpendPage::makeContent()
{
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    auto *chart = new widgets::Card(tr("Cost per day"));
    chart->setTitle(tr("Cost per day"), tr("by provider, days in UTC"));
    chart->body()->addWidget(m_chart, 1);
    chart->body()->addWidget(m_legend);
    column->addWidget(chart, 4);
    auto *card = new widgets::Card(tr("Days and providers"));
    auto *table = new QTableView;
    widgets::setUpTable(*table, tr("Cost by day and provider"));
    table->setModel(m_table);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    card->body()->addWidget(table, 1);
    column->addWidget(card, 5);
    return content;
}

void SpendPage::activated()
{
    m_active = true;
    ask();
}

void SpendPage::ask()
{
    const QDate last = today(*m_context.bridge.snapshot());
    if (!last.isValid()) {
        return;
    }
    m_lastDay = last.toString(Qt::ISODate).toStdString();
    m_firstDay = last.addDays(1 - m_range->currentData().toInt()).toString(Qt::ISODate).toStdString();
    m_context.engine.spend(
        m_firstDay, m_lastDay,
        [page = QPointer(this), number = ++m_asked](const base::Result<std::vector<ledger::SpendRow>> &rows) {
            if (!page || page->m_asked != number) {
                return;
            }
            if (rows) {
                page->m_rows = *rows;
                page->fill();
            } else {
                page->m_empty->setSentence(bridge::text(rows.error().message));
                page->m_faces->setCurrentIndex(EmptyFace);
            }
        });
}

void SpendPage::fill()
{
    const bool any = !m_rows.empty();
    m_export->setEnabled(any);
    m_total->setVisible(any);
    m_note->setVisible(any);
    m_faces->setCurrentIndex(any ? ContentFace : EmptyFace);
    if (!any) {
        m_empty->setSentence(
            tr("No attempt has been recorded in these days. Costs appear here after the first request."));
        return;
    }
    fillChart();
    m_table->setContent(spendHeader(), spendRows(m_rows, [this](const std::string &id) {
                            return m_context.bridge.providerName(id);
                        }));
}

void SpendPage::fillChart()
{
    const SpendSums sums = sumSpend(m_rows, m_firstDay, m_lastDay);
    m_total->setText(bridge::formatSpend(sums.total));
    QString note = tr("in %1 attempts").arg(bridge::formatCount(sums.attempts));
    if (sums.unpriced > 0) {
        note = tr("in %1 attempts, excludes %2 without a price")
                   .arg(bridge::formatCount(sums.attempts), bridge::formatCount(sums.unpriced));
    }
    m_note->setText(note);
    std::vector<charts::Series> series;
    std::vector<charts::LegendEntry> legend;
    for (std::size_t p = 0; p < sums.providers.size(); ++p) {
        charts::Series one{m_context.bridge.providerName(sums.providers[p]),
                           m_context.bridge.providerIndex(sums.providers[p]),
                           {}};
        for (const base::Money &cost : sums.cost[p]) {
            one.values.push_back(static_cast<double>(cost.nano) / 1e9);
        }
        legend.push_back(charts::seriesEntry(one.name, one.color));
        series.push_back(std::move(one));
    }
    QStringList days;
    QStringList labels;
    const std::size_t every = sums.days.size() <= 10 ? 1 : sums.days.size() <= 31 ? 5 : 14;
    for (std::size_t i = 0; i < sums.days.size(); ++i) {
        days << bridge::text(sums.days[i]);
        const QDate day = QDate::fromString(days.back(), Qt::ISODate);
        // Away from the ends, where the chart would cut the words off.
        const bool named = (sums.days.size() - 1 - i) % every == every / 2;
        labels << (named ? QLocale().toString(day, QStringLiteral("d MMM")) : QString());
    }
    m_chart->setData(days, labels, std::move(series));
    m_chart->setSummary(tr("Cost per day from %1 to %2, %3 in all")
                            .arg(days.constFirst(), days.constLast(), m_total->text()));
    m_legend->setEntries(std::move(legend));
}

void SpendPage::exportCsv()
{
    auto *dialog = new QFileDialog(this, tr("Export spend"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    dialog->selectFile(tr("signalbox-spend-%1.csv").arg(bridge::text(m_lastDay)));
    connect(dialog, &QFileDialog::fileSelected, this, &SpendPage::writeCsv);
    dialog->open();
}

void SpendPage::writeCsv(const QString &file)
{
    QSaveFile out(file);
    const QByteArray csv = spendCsv(m_rows);
    const bool written = out.open(QIODevice::WriteOnly) && out.write(csv) == csv.size() && out.commit();
    m_note->setText(written ? tr("Exported to %1").arg(file)
                            : tr("Could not write %1: %2").arg(file, out.errorString()));
}

} // namespace signalbox::spend
