// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/session_book.h"

#include <algorithm>

namespace signalbox::routing {

namespace {
constexpr std::size_t kMostChains = 1'000; ///< also those that are configured no more
constexpr std::size_t kMostSteps = 256;    ///< of one chain; the same

std::string keyOf(const config::ChainConfig &chain, std::string_view session)
{
    return chain.id + '\n' + std::string(session);
}

std::string nameOf(const config::ChainConfig &chain, std::size_t step)
{
    return chain.steps[step].provider + '/' + chain.steps[step].model;
}

std::optional<std::size_t> stepOf(const config::ChainConfig &chain, std::string_view name)
{
    for (std::size_t step = 0; step < chain.steps.size(); ++step) {
        if (chain.steps[step].enabled && nameOf(chain, step) == name) {
            return step;
        }
    }
    return std::nullopt;
}

bool isSticky(const config::ChainConfig &chain)
{
    return chain.policy.sticky.enabled && !chain.id.empty();
}

/// Makes room in a map whose entries are only worth something while they are used.
template<typename Map>
void bound(Map &map, std::size_t most)
{
    if (map.size() > most) {
        map.clear();
    }
}
} // namespace

const SessionBook::Session *SessionBook::find(const config::ChainConfig &chain, std::string_view session,
                                              base::SteadyTime now) const
{
    const auto found = m_sessions.find(keyOf(chain, session));
    const bool isOver =
        found == m_sessions.end() || now - found->second.seen > chain.policy.sticky.sessionEnds;
    return isOver ? nullptr : &found->second;
}

std::optional<std::size_t> SessionBook::home(const config::ChainConfig &chain, std::string_view session,
                                             base::SteadyTime now) const
{
    if (!isSticky(chain) || session.empty()) {
        return std::nullopt;
    }
    const config::Stickiness &sticky = chain.policy.sticky;
    const auto record = m_chains.find(chain.id);
    const Session *const known = find(chain, session, now);
    if (!known) {
        return sticky.failback == config::Failback::Stay && record != m_chains.end()
                   ? stepOf(chain, record->second.home)
                   : std::nullopt;
    }
    bool returns = sticky.failback == config::Failback::AtOnce;
    if (sticky.failback == config::Failback::AfterProbes && record != m_chains.end()) {
        const auto step = record->second.steps.find(known->first);
        returns = step != record->second.steps.end() && step->second.goodSinceFailure >= sticky.probes;
    }
    const std::optional<std::size_t> first = stepOf(chain, known->first);
    const std::optional<std::size_t> current = stepOf(chain, known->current);
    return returns ? (first ? first : current) : current;
}

std::optional<std::size_t> SessionBook::standIn(const config::ChainConfig &chain, std::string_view session,
                                                base::SteadyTime now) const
{
    const std::optional<std::size_t> first = home(chain, session, now);
    const Session *const known = first ? find(chain, session, now) : nullptr;
    const std::optional<std::size_t> current = known ? stepOf(chain, known->current) : std::nullopt;
    return current == first ? std::nullopt : current;
}

void SessionBook::see(const std::string &key, Session &session, base::SteadyTime now)
{
    m_oldest.erase(session.order);
    session.order = ++m_order;
    session.seen = now;
    m_oldest.emplace(session.order, key);
}

void SessionBook::makeRoom()
{
    while (m_sessions.size() > kMostSessions) {
        m_sessions.erase(m_oldest.begin()->second);
        m_oldest.erase(m_oldest.begin());
    }
}

void SessionBook::served(const config::ChainConfig &chain, std::string_view session, std::size_t step,
                         base::SteadyTime now)
{
    answered(chain, step, now);
    if (!isSticky(chain) || session.empty()) {
        return;
    }
    const std::string name = nameOf(chain, step);
    const bool isOver = !find(chain, session, now);
    const std::string key = keyOf(chain, session);
    Session &entry = m_sessions[key];
    if (isOver || !stepOf(chain, entry.first)) { // a home that was edited away is none to go back to
        entry.first = name;
    }
    if (!isOver && entry.current != name && chain.policy.sticky.failback == config::Failback::Stay) {
        m_chains[chain.id].home = name;
    }
    entry.current = name;
    see(key, entry, now);
    makeRoom();
}

void SessionBook::answered(const config::ChainConfig &chain, std::size_t step, base::SteadyTime)
{
    if (!isSticky(chain)) {
        return;
    }
    bound(m_chains, kMostChains);
    ChainRecord &record = m_chains[chain.id];
    bound(record.steps, kMostSteps);
    int &good = record.steps[nameOf(chain, step)].goodSinceFailure;
    good = std::min(good + 1, 1'000'000);
}

void SessionBook::failed(const config::ChainConfig &chain, std::string_view session, std::size_t step,
                         base::SteadyTime now)
{
    if (!isSticky(chain)) {
        return;
    }
    const std::string name = nameOf(chain, step);
    ChainRecord &record = m_chains[chain.id];
    record.steps[name].goodSinceFailure = 0;
    if (record.home == name) {
        record.home.clear();
    }
    if (find(chain, session, now)) {
        const std::string key = keyOf(chain, session);
        see(key, m_sessions[key], now);
    }
}

} // namespace signalbox::routing
