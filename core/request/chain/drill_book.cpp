// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/drill_book.h"

#include <algorithm>
#include <utility>

namespace signalbox::chain {

namespace {
bool isOver(const Drill &drill, base::SteadyTime now)
{
    return drill.requestsLeft == 0 || (drill.until && *drill.until <= now);
}

auto at(std::string_view chain, int step)
{
    return [chain, step](const Drill &drill) { return drill.chain == chain && drill.step == step; };
}
} // namespace

int DrillBook::start(Drill drill)
{
    const auto before = std::ranges::find_if(m_running, at(drill.chain, drill.step));
    if (before != m_running.end()) {
        m_ended.push_back(std::move(*before));
        m_running.erase(before);
    }
    drill.id = ++m_lastId;
    m_running.push_back(std::move(drill));
    return m_lastId;
}

bool DrillBook::stop(int id)
{
    const auto found = std::ranges::find(m_running, id, &Drill::id);
    if (found == m_running.end()) {
        return false;
    }
    m_ended.push_back(std::move(*found));
    m_running.erase(found);
    return true;
}

std::optional<provider::FaultPlan> DrillBook::take(std::string_view chain, int step, base::SteadyTime now)
{
    const auto found = std::ranges::find_if(m_running, at(chain, step));
    if (found == m_running.end() || isOver(*found, now)) {
        return std::nullopt;
    }
    const provider::FaultPlan plan = found->plan;
    if (found->requestsLeft > 0 && --found->requestsLeft == 0) {
        stop(found->id);
    }
    return plan;
}

bool DrillBook::isDrilled(std::string_view chain, int step, base::SteadyTime now) const
{
    const auto found = std::ranges::find_if(m_running, at(chain, step));
    return found != m_running.end() && !isOver(*found, now);
}

std::vector<Drill> DrillBook::list(base::SteadyTime now) const
{
    std::vector<Drill> running;
    std::ranges::copy_if(m_running, std::back_inserter(running),
                         [&](const Drill &drill) { return !isOver(drill, now); });
    return running;
}

std::vector<Drill> DrillBook::takeEnded(base::SteadyTime now)
{
    const auto over = [&](const Drill &drill) { return isOver(drill, now); };
    std::ranges::copy_if(m_running, std::back_inserter(m_ended), over);
    std::erase_if(m_running, over);
    return std::exchange(m_ended, {});
}

std::optional<base::SteadyTime> DrillBook::nextEnd() const
{
    std::optional<base::SteadyTime> next;
    for (const Drill &drill : m_running) {
        if (drill.until) {
            next = std::min(next.value_or(*drill.until), *drill.until);
        }
    }
    return next;
}

} // namespace signalbox::chain
