// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/record/events/event.h"
#include "core/record/ledger/rows.h"
#include "core/record/spend/budget_tally.h"
#include "core/request/routing/facts.h"

namespace signalbox::intake {

/// Knows how far each budget is spent: counts the attempts that end, and asks the ledger once for what came
/// before a budget was begun. Until the ledger has answered, such a budget counts from now on only. Engine
/// thread; owned by the engine.
class BudgetWatch
{
public:
    /// Asks for all costs since `from`, by minute since `fineFrom`; the number comes back with the answer.
    using Ask = std::function<void(std::uint64_t question, base::WallTime from, base::WallTime fineFrom)>;
    /// Without `ask` nothing is known of the time before.
    BudgetWatch(base::Clock &clock, Ask ask);

    void use(const config::Config &config);
    /// Every event that the ledger is given, in the same order and after it.
    void record(const events::Event &event);
    void answer(std::uint64_t question, const base::Result<ledger::CostsAnswer> &costs);

    /// Of the budgets that cover requests of this client.
    std::vector<routing::BudgetFact> factsFor(const std::string &client, base::WallTime now) const;
    const spend::BudgetTally &tally() const { return m_tally; }

private:
    struct Running { ///< whom a request is for
        std::string client;
        std::string chain;
    };
    struct Later { ///< a cost while a question is out
        std::uint64_t event = 0;
        spend::SettledCost cost;
    };
    void ask();
    void settle(const events::AttemptEnded &ended);

    base::Clock &m_clock;
    Ask m_ask;
    spend::BudgetTally m_tally;
    std::map<std::string, Running, std::less<>> m_running; ///< by request
    std::uint64_t m_question = 0;
    bool m_waiting = false;
    std::uint64_t m_events = 0; ///< since the question
    std::vector<Later> m_later;
    std::unique_ptr<base::Timer> m_again; ///< after an answer that was none
};

} // namespace signalbox::intake
