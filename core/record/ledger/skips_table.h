// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/record/events/event.h"
#include "core/record/ledger/statement.h"

namespace signalbox::ledger {

/// The table `skips`: the steps of a request's chain that were not tried, and why.
class SkipsTable
{
public:
    explicit SkipsTable(Database &database);

    /// A step skipped more than once keeps the first reason.
    base::Result<void> put(const events::StepSkipped &skipped);
    base::Result<std::vector<events::StepSkipped>> of(const std::string &requestId);

private:
    Database &m_database;
    Statement m_put;
};

} // namespace signalbox::ledger
