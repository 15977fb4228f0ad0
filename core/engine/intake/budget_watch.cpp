// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/intake/budget_watch.h"

#include <utility>

namespace signalbox::intake {

using namespace std::chrono_literals;

namespace {
constexpr base::Duration kAskAgain = 30s;
constexpr auto kFine = 5h; ///< what rolls by minutes

std::string nameOf(const config::BudgetConfig &budget, const char *scope)
{
    const auto it = budget.scope.find(scope);
    return it == budget.scope.end() ? std::string() : it->second;
}
} // namespace

BudgetWatch::BudgetWatch(base::Clock &clock, Ask ask)
    : m_clock(clock), m_ask(std::move(ask)), m_again(clock.makeTimer([this] { this->ask(); }))
{}

void BudgetWatch::use(const config::Config &config)
{
    if (m_tally.use(config.budgets)) {
        ask();
    }
}

void BudgetWatch::ask()
{
    const base::WallTime now = m_clock.wallNow();
    const auto from = m_tally.missingSince(now);
    m_later.clear();
    m_events = 0;
    m_waiting = from && m_ask;
    m_again->stop();
    if (m_waiting) {
        m_ask(++m_question, *from, std::chrono::floor<std::chrono::minutes>(now) - kFine);
    } else if (from) {
        m_tally.fill({});
    }
}

void BudgetWatch::record(const events::Event &event)
{
    ++m_events;
    if (const auto *const started = std::get_if<events::RequestStarted>(&event)) {
        m_running.insert_or_assign(started->id.text(), Running{started->client, started->chain});
    } else if (const auto *const attempt = std::get_if<events::AttemptEnded>(&event)) {
        settle(*attempt);
    } else if (const auto *const ended = std::get_if<events::RequestEnded>(&event)) {
        if (const auto it = m_running.find(ended->id.view()); it != m_running.end()) {
            m_running.erase(it);
        }
    }
}

void BudgetWatch::settle(const events::AttemptEnded &ended)
{
    if (!ended.cost || m_tally.size() == 0) {
        return;
    }
    const auto it = m_running.find(ended.request.view());
    const Running whom = it == m_running.end() ? Running{} : it->second;
    spend::SettledCost cost{.at = ended.at,
                            .client = whom.client,
                            .chain = whom.chain,
                            .provider = ended.provider,
                            .model = ended.model,
                            .cost = *ended.cost};
    m_tally.add(cost);
    if (m_waiting) {
        m_later.push_back({m_events, std::move(cost)});
    }
}

void BudgetWatch::answer(std::uint64_t question, const base::Result<ledger::CostsAnswer> &costs)
{
    if (question != m_question || !m_waiting) {
        return; // a newer one asks for more
    }
    if (!costs) {
        m_again->start(kAskAgain); // meanwhile what is known counts
        return;
    }
    m_waiting = false;
    std::vector<spend::SettledCost> all;
    all.reserve(costs->rows.size() + m_later.size());
    for (const ledger::CostRow &row : costs->rows) {
        all.push_back({row.at, row.client, row.chain, row.provider, row.model, row.cost});
    }
    for (Later &one : m_later) {
        if (one.event > costs->later) {
            all.push_back(std::move(one.cost));
        }
    }
    m_later.clear();
    m_tally.fill(all);
}

std::vector<routing::BudgetFact> BudgetWatch::factsFor(const std::string &client, base::WallTime now) const
{
    std::vector<routing::BudgetFact> facts;
    for (std::size_t i = 0; i < m_tally.size(); ++i) {
        const config::BudgetConfig &budget = m_tally.budget(i);
        if (const std::string whose = nameOf(budget, "client"); whose.empty() || whose == client) {
            facts.push_back({.chain = nameOf(budget, "chain"),
                             .provider = nameOf(budget, "provider"),
                             .model = nameOf(budget, "model"),
                             .state = m_tally.view(i, now).state});
        }
    }
    return facts;
}

} // namespace signalbox::intake
