// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/spend/budget_tally.h"

#include <algorithm>
#include <limits>

namespace signalbox::spend {

using config::BudgetConfig;
using config::BudgetState;
using namespace std::chrono_literals;

namespace {
__extension__ using Wide = __int128;

constexpr auto kRolling = 5h;
constexpr int kWarnAt = 80; ///< per cent
constexpr int kMostPercent = 999;
/// More than five hours have minutes and a month has days. What is too many goes from the oldest on, so a
/// clock that was wrong for a while takes nothing else with it.
constexpr std::size_t kMostSums = 400;

void addTo(base::Money &sum, base::Money cost)
{
    const std::int64_t more = std::max<std::int64_t>(cost.nano, 0);
    if (__builtin_add_overflow(sum.nano, more, &sum.nano)) {
        sum.nano = std::numeric_limits<std::int64_t>::max();
    }
}

int percentOf(base::Money spent, base::Money limit)
{
    if (limit.nano <= 0) {
        return 100; // nothing may be spent, so all of it has been
    }
    const Wide percent = static_cast<Wide>(spent.nano) * 100 / limit.nano;
    return static_cast<int>(std::min<Wide>(percent, kMostPercent));
}

std::string_view nameIn(const SettledCost &cost, std::string_view scope)
{
    if (scope == "client") {
        return cost.client;
    }
    if (scope == "chain") {
        return cost.chain;
    }
    return scope == "provider" ? cost.provider : scope == "model" ? cost.model : std::string_view();
}

bool covers(const BudgetConfig &budget, const SettledCost &cost)
{
    return std::ranges::all_of(budget.scope,
                               [&](const auto &one) { return nameIn(cost, one.first) == one.second; });
}
} // namespace

BudgetTally::Period BudgetTally::periodOf(const BudgetConfig &budget)
{
    if (budget.period == "5h") {
        return Period::Rolling;
    }
    return budget.period == "month" ? Period::Month : budget.period == "week" ? Period::Week : Period::Day;
}

calendar::LocalSpan BudgetTally::spanOf(Period period, base::WallTime at) const
{
    if (period == Period::Rolling) {
        const base::WallTime minute = std::chrono::floor<std::chrono::minutes>(at);
        return {minute - kRolling, minute + kRolling};
    }
    calendar::LocalSpan &known = m_spans[static_cast<std::size_t>(period)];
    if (!known.contains(at)) {
        known = period == Period::Day    ? calendar::localDayOf(at)
                : period == Period::Week ? calendar::localWeekOf(at)
                                         : calendar::localMonthOf(at);
    }
    return known;
}

bool BudgetTally::use(std::span<const BudgetConfig> budgets)
{
    std::vector<Account> next;
    bool begun = false;
    for (const BudgetConfig &budget : budgets) {
        const auto same = std::ranges::find_if(m_accounts, [&](const Account &old) {
            return old.budget.scope == budget.scope && old.period == periodOf(budget);
        });
        Account &account = next.emplace_back();
        if (same != m_accounts.end()) {
            account = *same; // not moved: another budget may count the same
        } else {
            account.period = periodOf(budget);
            begun = true;
        }
        account.budget = budget;
    }
    m_accounts = std::move(next);
    return begun;
}

void BudgetTally::put(Account &account, const SettledCost &cost)
{
    if (!covers(account.budget, cost)) {
        return;
    }
    const base::WallTime place = account.period == Period::Rolling
                                     ? base::WallTime(std::chrono::floor<std::chrono::minutes>(cost.at))
                                     : spanOf(Period::Day, cost.at).begin;
    addTo(account.sums[place], cost.cost);
    if (account.sums.size() > kMostSums) {
        account.sums.erase(account.sums.begin());
    }
}

void BudgetTally::add(const SettledCost &cost)
{
    for (Account &account : m_accounts) {
        put(account, cost);
    }
}

std::optional<base::WallTime> BudgetTally::missingSince(base::WallTime now) const
{
    std::optional<base::WallTime> since;
    for (const Account &account : m_accounts) {
        if (!account.filled) {
            const base::WallTime begin = spanOf(account.period, now).begin;
            since = since ? std::min(*since, begin) : begin;
        }
    }
    return since;
}

void BudgetTally::fill(std::span<const SettledCost> costs)
{
    for (Account &account : m_accounts) {
        if (account.filled) {
            continue;
        }
        account.sums.clear();
        for (const SettledCost &cost : costs) {
            put(account, cost);
        }
        account.filled = true;
    }
}

BudgetView BudgetTally::view(std::size_t index, base::WallTime now) const
{
    const Account &account = m_accounts[index];
    const calendar::LocalSpan span = spanOf(account.period, now);
    BudgetView view{.limit = account.budget.limit, .from = span.begin};
    for (auto it = account.sums.lower_bound(span.begin); it != account.sums.end() && it->first < span.end;
         ++it) {
        addTo(view.spent, it->second);
    }
    view.percent = percentOf(view.spent, view.limit);
    view.state = view.percent >= 100       ? BudgetState::Spent
                 : view.percent >= kWarnAt ? BudgetState::Warned
                                           : BudgetState::Ok;
    return view;
}

} // namespace signalbox::spend
