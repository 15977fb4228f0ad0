// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/target_table.h"

#include <tuple>

namespace signalbox::health {

namespace {
Target keyTarget(const Target &target)
{
    return {target.provider, target.key, target.origin, {}};
}

bool mayGo(const ModelState &model, base::SteadyTime now)
{
    return model.inFlight == 0 && !model.paused && !model.forced(now);
}
} // namespace

bool isLocal(const Target &target)
{
    std::string_view host = target.origin;
    if (const auto scheme = host.find("://"); scheme != host.npos) {
        host.remove_prefix(scheme + 3);
    }
    if (host.starts_with("[::1]")) {
        return true;
    }
    host = host.substr(0, host.find(':'));
    if (host.empty() || host == "localhost") {
        return true;
    }
    // Origins come from parseBaseUrl, where whatever is made of digits and dots is an IPv4 address.
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos;
}

const ModelState *TargetTable::find(const Target &target) const
{
    const auto it = m_slots.find(target);
    return it == m_slots.end() ? nullptr : &m_models[it->second];
}

const KeyState *TargetTable::findKey(const Target &target) const
{
    const auto it = m_keySlots.find(keyTarget(target));
    return it == m_keySlots.end() ? nullptr : &m_keys[it->second];
}

std::uint32_t TargetTable::keySlot(const Target &target)
{
    const auto [it, isNew] =
        m_keySlots.try_emplace(keyTarget(target), static_cast<std::uint32_t>(m_keys.size()));
    if (isNew) {
        m_keys.emplace_back().local = isLocal(target);
    }
    return it->second;
}

std::uint32_t TargetTable::slot(const Target &target, base::SteadyTime now)
{
    if (const auto it = m_slots.find(target); it != m_slots.end()) {
        return it->second;
    }
    const std::uint32_t slot = freeSlot(now);
    m_slots.emplace(target, slot);
    ModelState &model = m_models[slot];
    model.key = keySlot(target);
    model.local = isLocal(target);
    model.usedAt = now;
    m_keys[model.key].hasModels = true;
    return slot;
}

/// A new one, or the one that will be missed least: not open, and not used for longest.
std::uint32_t TargetTable::freeSlot(base::SteadyTime now)
{
    if (m_slots.size() >= kMostModels) {
        const auto missed = [&](auto it) {
            const ModelState &model = m_models[it->second];
            return std::tuple(!mayGo(model, now), model.breaker.state != BreakerState::Closed, model.usedAt);
        };
        auto least = m_slots.begin();
        for (auto it = std::next(least); it != m_slots.end(); ++it) {
            if (missed(it) < missed(least)) {
                least = it;
            }
        }
        const std::uint32_t slot = least->second;
        if (mayGo(m_models[slot], now)) {
            m_slots.erase(least);
            const std::uint64_t generation = m_models[slot].breaker.generation + 1;
            m_models[slot] = {};
            m_models[slot].breaker.generation = generation;
            return slot;
        }
    }
    m_models.emplace_back();
    return static_cast<std::uint32_t>(m_models.size() - 1);
}

} // namespace signalbox::health
