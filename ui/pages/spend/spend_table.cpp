// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/spend/spend_table.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <QCoreApplication>
#include <QDate>

#include "ui/bridge/format.h"

namespace signalbox::spend {

using bridge::text;
using models::GridCell;
using models::GridRow;
using models::numberCell;
using models::ProviderNames;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(spend)
};

GridRow spendRow(const QString &day, const QString &provider, const ledger::SpendRow &row, bool strong)
{
    GridCell cost = numberCell(bridge::formatSpend(row.cost));
    if (row.unpriced > 0) {
        cost.text = Words::tr("%1 + ?").arg(cost.text);
        cost.tip =
            Words::tr("%1 attempts without a price are not in it").arg(bridge::formatCount(row.unpriced));
    }
    GridRow cells{{day, {}, false, strong, {}},
                  {provider, {}, false, strong, {}},
                  numberCell(bridge::formatCount(row.attempts)),
                  numberCell(row.unpriced ? bridge::formatCount(row.unpriced) : QStringLiteral("–")),
                  numberCell(bridge::formatCount(row.usage.prompt())),
                  numberCell(bridge::formatCount(row.usage.cachedInput)),
                  numberCell(bridge::formatCount(row.usage.output)),
                  cost};
    for (GridCell &cell : cells) {
        cell.strong = strong;
    }
    return cells;
}

void add(ledger::SpendRow &sum, const ledger::SpendRow &row)
{
    sum.attempts += row.attempts;
    sum.unpriced += row.unpriced;
    sum.usage.input += row.usage.input;
    sum.usage.cachedInput += row.usage.cachedInput;
    sum.usage.cacheWrite += row.usage.cacheWrite;
    sum.usage.cacheWrite1h += row.usage.cacheWrite1h;
    sum.usage.output += row.usage.output;
    sum.cost += row.cost;
}

} // namespace

SpendSums sumSpend(const std::vector<ledger::SpendRow> &rows, const std::string &firstDay,
                   const std::string &lastDay)
{
    SpendSums sums;
    const QDate last = QDate::fromString(text(lastDay), Qt::ISODate);
    for (QDate day = QDate::fromString(text(firstDay), Qt::ISODate); day.isValid() && day <= last;
         day = day.addDays(1)) {
        sums.days.push_back(day.toString(Qt::ISODate).toStdString());
    }
    std::map<std::string, base::Money> byProvider;
    for (const ledger::SpendRow &row : rows) {
        if (row.day >= firstDay && row.day <= lastDay) {
            byProvider[row.provider] += row.cost;
            sums.total += row.cost;
            sums.attempts += row.attempts;
            sums.unpriced += row.unpriced;
        }
    }
    for (const auto &[provider, cost] : byProvider) {
        sums.providers.push_back(provider);
    }
    std::ranges::sort(sums.providers, [&](const std::string &a, const std::string &b) {
        return byProvider[a] != byProvider[b] ? byProvider[a] > byProvider[b] : a < b;
    });
    sums.cost.assign(sums.providers.size(), std::vector<base::Money>(sums.days.size()));
    for (const ledger::SpendRow &row : rows) {
        const auto provider = std::ranges::find(sums.providers, row.provider);
        const auto day = std::ranges::lower_bound(sums.days, row.day);
        if (provider != sums.providers.end() && day != sums.days.end() && *day == row.day) {
            sums.cost[static_cast<std::size_t>(provider - sums.providers.begin())]
                     [static_cast<std::size_t>(day - sums.days.begin())] += row.cost;
        }
    }
    return sums;
}

QStringList spendHeader()
{
    return {Words::tr("Day (UTC)"), Words::tr("Provider"), Words::tr("Attempts"),   Words::tr("No price"),
            Words::tr("Tokens in"), Words::tr("Cached"),   Words::tr("Tokens out"), Words::tr("Cost")};
}

std::vector<GridRow> spendRows(const std::vector<ledger::SpendRow> &rows, const ProviderNames &names)
{
    std::vector<const ledger::SpendRow *> order;
    ledger::SpendRow sum;
    for (const ledger::SpendRow &row : rows) {
        order.push_back(&row);
        add(sum, row);
    }
    std::ranges::sort(order, [](const ledger::SpendRow *a, const ledger::SpendRow *b) {
        return std::tie(b->day, b->cost, a->provider) < std::tie(a->day, a->cost, b->provider);
    });
    std::vector<GridRow> table;
    if (!order.empty()) {
        table.push_back(spendRow(Words::tr("All days"), Words::tr("All providers"), sum, true));
    }
    for (const ledger::SpendRow *row : order) {
        table.push_back(spendRow(text(row->day), names(row->provider), *row, false));
    }
    return table;
}

QByteArray csvCell(std::string_view text)
{
    QByteArray cell(text.data(), static_cast<qsizetype>(text.size()));
    if (!cell.isEmpty() && QByteArrayView("=+-@\t\r").contains(cell.front())) {
        cell.prepend('\'');
    }
    if (cell.contains('"') || cell.contains(',') || cell.contains('\n') || cell.contains('\r')) {
        cell.replace("\"", "\"\"");
        cell = '"' + cell + '"';
    }
    return cell;
}

QByteArray spendCsv(const std::vector<ledger::SpendRow> &rows)
{
    QByteArray csv("day_utc,provider,attempts,attempts_without_price,prompt_tokens,cached_input_tokens,"
                   "cache_write_tokens,output_tokens,cost_usd\r\n");
    for (const ledger::SpendRow &row : rows) {
        const std::int64_t written = row.usage.cacheWrite + row.usage.cacheWrite1h;
        csv +=
            csvCell(row.day) + ',' + csvCell(row.provider) + ',' + QByteArray::number(qlonglong(row.attempts))
            + ',' + QByteArray::number(qlonglong(row.unpriced)) + ','
            + QByteArray::number(qlonglong(row.usage.prompt())) + ','
            + QByteArray::number(qlonglong(row.usage.cachedInput)) + ','
            + QByteArray::number(qlonglong(written)) + ',' + QByteArray::number(qlonglong(row.usage.output))
            + ',' + QByteArray::fromStdString(base::formatDollars(row.cost)) + "\r\n";
    }
    return csv;
}

} // namespace signalbox::spend
