// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/foundation/base/error.h"
#include "core/record/events/event.h"
#include "core/record/ledger/statement.h"

namespace signalbox::ledger {

/// The table `events`: what happened outside of a single request.
class EventsTable
{
public:
    explicit EventsTable(Database &database);

    base::Result<void> put(const events::BreakerChanged &changed);
    base::Result<void> put(const events::Notice &notice);
    /// BreakerChanged and Notice, newest first.
    base::Result<std::vector<events::Event>> latest(int limit);

private:
    Database &m_database;
    Statement m_putBreaker;
    Statement m_putNotice;
};

} // namespace signalbox::ledger
