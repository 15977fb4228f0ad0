// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/foundation/base/calendar/local_day.h"
#include "core/foundation/config/config.h"

namespace signalbox::spend {

/// What one attempt cost, and whom it was for. An attempt whose cost is not known has none.
struct SettledCost {
    base::WallTime at; ///< when it started: it counts in that period, however late it ended
    std::string client;
    std::string chain;
    std::string provider;
    std::string model;
    base::Money cost;
};

struct BudgetView {
    config::BudgetState state = config::BudgetState::Ok;
    base::Money spent;
    base::Money limit;
    int percent = 0;     ///< of the limit, rounded down; at most 999
    base::WallTime from; ///< of the period
};

/// What the budgets of the configuration have taken in their current period. Days, weeks and months are those
/// of the machine's time zone; "5h" are the last five hours, to the minute. Keeps sums per day or minute, so
/// its memory does not grow with traffic and no moment of resetting can be missed. One thread; owned by what
/// feeds it.
class BudgetTally
{
public:
    /// Takes over another configuration. A budget that counts what an earlier one counted, in the same kind
    /// of period, goes on from there whatever its limit. True: some other has begun, and is not filled.
    bool use(std::span<const config::BudgetConfig> budgets);
    void add(const SettledCost &cost);

    /// Since when costs are needed to fill those budgets that have begun later; none: all are filled.
    std::optional<base::WallTime> missingSince(base::WallTime now) const;
    /// All costs since then: they take the place of what those budgets have counted so far. A cost may stand
    /// for several of the same quarter of an hour, of the last five hours for those of the same minute.
    void fill(std::span<const SettledCost> costs);

    std::size_t size() const { return m_accounts.size(); }
    const config::BudgetConfig &budget(std::size_t index) const { return m_accounts[index].budget; }
    BudgetView view(std::size_t index, base::WallTime now) const;

private:
    enum class Period : std::uint8_t { Day, Week, Month, Rolling };
    struct Account {
        config::BudgetConfig budget;
        Period period = Period::Day;
        bool filled = false;
        std::map<base::WallTime, base::Money> sums; ///< by local midnight, or by minute
    };
    static Period periodOf(const config::BudgetConfig &budget);
    calendar::LocalSpan spanOf(Period period, base::WallTime at) const;
    void put(Account &account, const SettledCost &cost);

    std::vector<Account> m_accounts;
    mutable std::array<calendar::LocalSpan, 3> m_spans{}; ///< of the calendar, found once each
};

} // namespace signalbox::spend
