// SPDX-License-Identifier: GPL-3.0-or-later
// What comes to the book from outside a request: the user's hand, the network, the file of the last run.
#include <algorithm>

#include "core/request/health/health_book.h"

namespace signalbox::health {

namespace {
base::WallTime wallOf(base::SteadyTime at, base::SteadyTime now, base::WallTime wallNow)
{
    return wallNow
           + std::chrono::duration_cast<std::chrono::microseconds>(std::max(at - now, base::Duration{}));
}

base::Duration leftOf(base::WallTime until, base::WallTime wallNow, base::Duration most)
{
    // Compared in microseconds: a time far away from a file would overflow in nanoseconds.
    const auto left = std::clamp(until - wallNow, std::chrono::microseconds::zero(),
                                 std::chrono::ceil<std::chrono::microseconds>(most));
    return left;
}
} // namespace

template<typename Change>
void HealthBook::eachBreaker(Change change)
{
    for (const auto &[target, slot] : m_targets.models()) {
        change(m_targets.model(slot).breaker, m_targets.model(slot).local);
    }
    for (const auto &[target, slot] : m_targets.keys()) {
        change(m_targets.key(slot).breaker, m_targets.key(slot).local);
    }
}

void HealthBook::pause(const std::string &provider, bool paused)
{
    if (paused) {
        m_pausedProviders.insert(provider);
    } else {
        m_pausedProviders.erase(provider);
    }
    for (const auto &[target, slot] : m_targets.models()) {
        if (target.provider == provider) {
            m_targets.model(slot).providerPaused = paused;
        }
    }
    ++m_changes;
}

void HealthBook::pause(const Target &target, bool paused)
{
    model(target).paused = paused;
    ++m_changes;
}

void HealthBook::forceOpen(const Target &target, std::optional<base::SteadyTime> until)
{
    model(target).forcedUntil = until.value_or(base::SteadyTime::max());
    ++m_changes;
}

void HealthBook::reset(const Target &target)
{
    const auto sameKey = [&](const Target &other) {
        return other.provider == target.provider && other.key == target.key && other.origin == target.origin;
    };
    for (const auto &[other, slot] : m_targets.models()) {
        if (other == target) {
            ModelState &model = m_targets.model(slot);
            health::reset(model.breaker);
            model.forcedUntil = base::SteadyTime::min();
            model.silent.clear();
        }
    }
    for (const auto &[other, slot] : m_targets.keys()) {
        if (sameKey(other)) {
            health::reset(m_targets.key(slot).breaker);
        }
    }
    ++m_changes;
}

void HealthBook::resetAll(const std::string &provider)
{
    for (const auto &[target, slot] : m_targets.models()) {
        if (target.provider == provider) {
            reset(target);
        }
    }
    for (const auto &[target, slot] : m_targets.keys()) {
        if (target.provider == provider) {
            reset(target);
        }
    }
}

void HealthBook::resetKey(const std::string &provider, const std::string &key)
{
    const auto isIt = [&](const Target &target) { return target.provider == provider && target.key == key; };
    for (const auto &[target, slot] : m_targets.models()) {
        if (isIt(target)) {
            health::reset(m_targets.model(slot).breaker);
            m_targets.model(slot).silent.clear();
        }
    }
    for (const auto &[target, slot] : m_targets.keys()) {
        if (isIt(target)) {
            health::reset(m_targets.key(slot).breaker);
        }
    }
    ++m_changes;
}

void HealthBook::setOnline(bool online, base::SteadyTime now)
{
    if (online == m_online) {
        return;
    }
    ++m_epoch;
    if (!online) {
        m_online = false;
        m_offlineSince = now;
        return;
    }
    eachBreaker([&](Breaker &breaker, bool local) { breaker.openUntil = openUntil(breaker, local, now); });
    m_online = true;
    ++m_changes;
}

void HealthBook::setCaptive(bool captive)
{
    m_epoch += captive != m_captive ? 1 : 0;
    m_captive = captive;
}

void HealthBook::resumed(base::Duration slept, base::SteadyTime now)
{
    ++m_epoch;
    eachBreaker([&](Breaker &breaker, bool) {
        const bool counting = breaker.state == BreakerState::Open && breaker.named && breaker.openUntil > now;
        if (counting) {
            breaker.openUntil = std::max(breaker.openUntil - slept, now);
        }
    });
    ++m_changes;
}

std::optional<SavedBreaker> HealthBook::saved(const Target &target, const Breaker &breaker, bool local,
                                              base::SteadyTime now, base::WallTime wallNow) const
{
    SavedBreaker out{.target = target};
    if (breaker.state == BreakerState::Closed) {
        return std::nullopt;
    }
    out.open = true;
    const base::SteadyTime until = openUntil(breaker, local, now);
    if (breaker.state == BreakerState::HalfOpen) {
        out.openUntil = wallNow;
    } else if (until != base::SteadyTime::max()) {
        out.openUntil = wallOf(until, now, wallNow);
    }
    out.cause = breaker.cause;
    out.misconfigured = breaker.misconfigured;
    out.named = breaker.named;
    out.localInRow = breaker.localInRow;
    out.openings = breaker.openings;
    return out;
}

std::vector<SavedBreaker> HealthBook::save(base::SteadyTime now, base::WallTime wallNow) const
{
    std::vector<SavedBreaker> all;
    for (const std::string &provider : m_pausedProviders) {
        all.push_back({.target = {.provider = provider}, .paused = true});
    }
    for (const auto &[target, slot] : m_targets.keys()) {
        const KeyState &key = m_targets.key(slot);
        if (auto one = saved(target, key.breaker, key.local, now, wallNow)) {
            all.push_back(*std::move(one));
        }
    }
    for (const auto &[target, slot] : m_targets.models()) {
        const ModelState &model = m_targets.model(slot);
        auto one = saved(target, model.breaker, model.local, now, wallNow);
        if (!one && (model.paused || model.forced(now))) {
            one = SavedBreaker{.target = target};
        }
        if (!one) {
            continue;
        }
        one->paused = model.paused;
        one->forced = model.forced(now);
        if (one->forced && model.forcedUntil != base::SteadyTime::max()) {
            one->forcedUntil = wallOf(model.forcedUntil, now, wallNow);
        }
        all.push_back(*std::move(one));
    }
    return all;
}

void HealthBook::restore(std::span<const SavedBreaker> saved, base::SteadyTime now, base::WallTime wallNow)
{
    constexpr base::Duration kYears = std::chrono::hours(24) * 365 * 10;
    for (const SavedBreaker &one : saved) {
        const bool ofProvider = one.target.model.empty() && !one.open; // of keys only open ones are saved
        if (ofProvider) {
            pause(one.target.provider, one.paused);
            continue;
        }
        const bool ofKey = one.target.model.empty();
        Breaker &breaker =
            ofKey ? m_targets.key(m_targets.keySlot(one.target)).breaker : model(one.target, now).breaker;
        if (one.open) {
            const auto most = longestOpenTime(one.cause, one.named);
            breaker.state = BreakerState::Open;
            ++breaker.generation;
            breaker.openUntil =
                most ? now + leftOf(one.openUntil.value_or(base::WallTime::max()), wallNow, *most)
                     : base::SteadyTime::max();
            breaker.cause = one.cause;
            breaker.misconfigured = one.misconfigured;
            breaker.named = one.named;
            breaker.localInRow = std::max(one.localInRow, 0);
            breaker.openings = std::max(one.openings, 0);
        }
        if (!ofKey) {
            ModelState &model = this->model(one.target, now);
            model.paused = one.paused;
            if (one.forced) {
                model.forcedUntil = one.forcedUntil ? now + leftOf(*one.forcedUntil, wallNow, kYears)
                                                    : base::SteadyTime::max();
            }
        }
    }
    ++m_changes;
}

} // namespace signalbox::health
