// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/drill/drill_desk.h"

#include <algorithm>

namespace signalbox::drill {

namespace {
std::string described(const chain::Drill &drill)
{
    return "step " + std::to_string(drill.step) + " drilled with " + std::string(toText(drill.plan.fault));
}

std::unexpected<base::Error> wrong(std::string message)
{
    return base::fail(base::ErrorCode::InvalidArgument, std::move(message));
}
} // namespace

DrillDesk::DrillDesk(Deps deps) : m_deps(std::move(deps)), m_timer(m_deps.clock.makeTimer([this] { tidy(); }))
{}

base::Result<int> DrillDesk::start(const DrillOrder &order)
{
    const auto config = m_deps.config();
    const config::ChainConfig *const chain = config->chain(order.chain);
    if (!chain) {
        return base::fail(base::ErrorCode::NotFound, "no chain is named '" + order.chain + "'");
    }
    if (order.step < 1 || order.step > static_cast<int>(chain->steps.size())) {
        return base::fail(base::ErrorCode::NotFound, "chain '" + order.chain + "' has no step "
                                                         + std::to_string(order.step) + ", only "
                                                         + std::to_string(chain->steps.size()));
    }
    if (order.requests < 0 || order.time < base::Duration{}
        || (order.requests == 0 && order.time.count() == 0)) {
        return wrong("a drill needs an end: a number of requests or a time");
    }
    if (order.requests > kMostRequests || order.time > kLongest) {
        return wrong("a drill may take 10000 requests and 24 hours at most");
    }
    chain::Drill drill{.chain = order.chain, .step = order.step, .plan = order.plan};
    if (order.requests > 0) {
        drill.requestsLeft = order.requests;
    }
    if (order.time > base::Duration{}) {
        drill.until = m_deps.clock.now() + order.time;
    }
    m_deps.tell(order.chain, described(drill) + " from now on");
    const int id = m_deps.book.start(std::move(drill));
    tidy();
    return id;
}

base::Result<void> DrillDesk::stop(int id)
{
    if (id == 0) {
        for (const chain::Drill &drill : m_deps.book.list(m_deps.clock.now())) {
            m_deps.book.stop(drill.id);
        }
    } else if (!m_deps.book.stop(id)) {
        return base::fail(base::ErrorCode::NotFound, "drill " + std::to_string(id) + " is not running");
    }
    tidy();
    return {};
}

void DrillDesk::attemptEnded(const events::AttemptEnded &ended)
{
    if (!ended.drill.empty()) {
        m_shaken.emplace(ended.provider, ended.model);
        m_timer->start(base::Duration::zero()); // the request is still deciding what comes next
    }
}

DrillDesk::Target DrillDesk::targetOf(const chain::Drill &drill) const
{
    const auto config = m_deps.config();
    const config::ChainConfig *const chain = config->chain(drill.chain);
    if (!chain || drill.step > static_cast<int>(chain->steps.size())) {
        return {};
    }
    const config::StepConfig &step = chain->steps[static_cast<std::size_t>(drill.step) - 1];
    return {step.provider, step.model};
}

void DrillDesk::tidy()
{
    for (const chain::Drill &drill : m_deps.book.takeEnded(m_deps.clock.now())) {
        m_deps.tell(drill.chain, described(drill) + " no longer");
        m_shaken.insert(targetOf(drill));
    }
    std::set<Target> drilled;
    for (const chain::Drill &drill : m_deps.book.list(m_deps.clock.now())) {
        drilled.insert(targetOf(drill));
    }
    m_shaken.erase(Target{});
    for (const Target &target : std::exchange(m_shaken, {})) {
        if (!drilled.contains(target)) {
            m_deps.reset(target.first, target.second);
        } else {
            m_shaken.insert(target); // when that one ends, too
        }
    }
    waitForNext();
}

void DrillDesk::waitForNext()
{
    if (const auto next = m_deps.book.nextEnd()) {
        m_timer->start(std::max(*next - m_deps.clock.now(), base::Duration{}));
    }
}

std::vector<DrillView> DrillDesk::views() const
{
    std::vector<DrillView> views;
    const base::SteadyTime now = m_deps.clock.now();
    for (const chain::Drill &drill : m_deps.book.list(now)) {
        const auto [provider, model] = targetOf(drill);
        DrillView &view = views.emplace_back(DrillView{.id = drill.id,
                                                       .chain = drill.chain,
                                                       .step = drill.step,
                                                       .provider = provider,
                                                       .model = model,
                                                       .plan = drill.plan});
        if (drill.until) {
            view.until = m_deps.clock.wallNow()
                         + std::chrono::duration_cast<std::chrono::microseconds>(*drill.until - now);
        }
        if (drill.requestsLeft >= 0) {
            view.requestsLeft = drill.requestsLeft;
        }
    }
    return views;
}

} // namespace signalbox::drill
