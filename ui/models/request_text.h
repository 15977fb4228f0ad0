// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <QString>

#include "core/record/ledger/rows.h"
#include "ui/models/grid_model.h"

// A request and its attempts in words.
namespace signalbox::models {

using ProviderNames = std::function<QString(const std::string &id)>;

/// "Anthropic · step 2", "none of 4 attempts".
QString servedBy(const ledger::RequestRow &row, const ProviderNames &names);
/// "3,114 / 812"
QString tokensInOut(const events::TokenUsage &usage);
/// What the filter looks at: ids, names, outcome words, all lower case.
QString searchText(const ledger::RequestRow &row, const ProviderNames &names);

QStringList attemptsHeader();
/// The facts of the waterfall as a table, in its order.
std::vector<GridRow> attemptsRows(const ledger::RequestDetail &detail, const ProviderNames &names);

} // namespace signalbox::models
