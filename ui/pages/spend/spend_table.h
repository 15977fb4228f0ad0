// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/record/ledger/rows.h"
#include "ui/models/grid_model.h"
#include "ui/models/request_text.h"

// The ledger's spend rows (day × provider) arranged for the page.
namespace signalbox::spend {

struct SpendSums {
    std::vector<std::string> days;      ///< every day of the range, oldest first
    std::vector<std::string> providers; ///< dearest first
    /// [provider][day]
    std::vector<std::vector<base::Money>> cost;
    base::Money total;
    std::int64_t attempts = 0;
    std::int64_t unpriced = 0;
};

/// `days` from first to last, both "2026-11-20" and included; rows outside are left out.
SpendSums sumSpend(const std::vector<ledger::SpendRow> &rows, const std::string &firstDay,
                   const std::string &lastDay);

QStringList spendHeader();
/// Newest day first; the sum of all is the first row.
std::vector<models::GridRow> spendRows(const std::vector<ledger::SpendRow> &rows,
                                       const models::ProviderNames &names);
/// RFC 4180, UTF-8, '.' decimals; text cells that a spreadsheet would take for a formula are defused with an
/// apostrophe.
QByteArray spendCsv(const std::vector<ledger::SpendRow> &rows);
QByteArray csvCell(std::string_view text);

} // namespace signalbox::spend
