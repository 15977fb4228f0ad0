// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <span>

#include "core/request/health/local_limits.h"
#include "core/request/health/retry_budget.h"
#include "core/request/health/saved_breaker.h"
#include "core/request/health/target_table.h"

namespace signalbox::health {

/// What is known of every target: breakers, load, times, and what each chain and provider may still be asked.
/// A model and its key have a breaker each. A copyable value without clock and chance: a simulation works on
/// a copy. Engine thread; owned by the engine.
class HealthBook
{
public:
    View view(const Target &target, base::SteadyTime now) const;
    /// The caller has seen in view() that the target admits a try. `limit`: its first-token limit, given by
    /// those who also call content(); without it a silent try never makes its target suspect.
    Ticket begin(const Target &target, base::SteadyTime now, base::Duration limit = {});
    /// The same for an answer that does not stream.
    Ticket beginWhole(const Target &target, base::SteadyTime now, const WholeTry &whole);
    /// The first content of a try has come.
    void content(const Ticket &ticket);
    /// Once for every begin(). Returns what the target looks like afterwards. `jitter` in [0, 1).
    View finish(const Target &target, const Ticket &ticket, Result result, base::SteadyTime now,
                double jitter);

    Load load(const Target &target, base::SteadyTime now) const;
    /// 3 × the target's own p95 for prompts of that size, 5 to 120 s; no value with fewer than 10 answers.
    std::optional<base::Duration> adaptiveFirstToken(const Target &target, std::size_t promptBytes) const;
    std::optional<base::Duration> adaptiveAnswer(const Target &target, std::size_t promptBytes) const;
    RetryBudget &retryBudget() { return m_retryBudget; }
    const RetryBudget &retryBudget() const { return m_retryBudget; }
    LocalLimits &localLimits() { return m_localLimits; }
    const LocalLimits &localLimits() const { return m_localLimits; }

    // By hand; remembered over restarts.
    void pause(const std::string &provider, bool paused);
    void pause(const Target &target, bool paused);
    bool isPaused(const std::string &provider) const { return m_pausedProviders.contains(provider); }
    /// Held open until then, or until it is reset.
    void forceOpen(const Target &target, std::optional<base::SteadyTime> until);
    /// Closes the breakers of the target and of its key and lets go of what was forced; a pause stays.
    void reset(const Target &target);
    void resetAll(const std::string &provider);
    /// The key was edited: forgets what is known of it, but not what was done by hand.
    void resetKey(const std::string &provider, const std::string &key);

    // The network and this machine: failures that these explain count for nothing.
    void setOnline(bool online, base::SteadyTime now);
    void setCaptive(bool captive);
    void networkChanged() { ++m_epoch; } ///< another link, another address
    /// After a sleep, which the steady clock does not see.
    void resumed(base::Duration slept, base::SteadyTime now);

    std::vector<SavedBreaker> save(base::SteadyTime now, base::WallTime wallNow) const;
    /// Into a fresh book. A wall clock that has jumped keeps nothing open for longer than its cause allows.
    void restore(std::span<const SavedBreaker> saved, base::SteadyTime now, base::WallTime wallNow);
    /// Counts up whenever save() has something new to say.
    std::uint64_t changes() const { return m_changes; }

    /// visit(target, view) for every model, and for keys that are not closed and have no model yet.
    template<typename Visit>
    void forEach(base::SteadyTime now, Visit visit) const
    {
        for (const auto &[target, slot] : m_targets.models()) {
            visit(target, viewOf(m_targets.model(slot), now));
        }
        for (const auto &[target, slot] : m_targets.keys()) {
            const KeyState &key = m_targets.key(slot);
            if (!key.hasModels && key.breaker.state != BreakerState::Closed) {
                visit(target, view(target, now));
            }
        }
    }

private:
    Ticket beginTry(const Target &target, base::SteadyTime now);
    void watch(Ticket &ticket, SilentTry silent);
    ModelState &model(const Target &target, base::SteadyTime now = {});
    View viewOf(const ModelState &model, base::SteadyTime now) const;
    base::SteadyTime openUntil(const Breaker &breaker, bool local, base::SteadyTime now) const;
    bool explained(const ModelState &model, const Ticket &ticket, events::Outcome outcome) const;
    std::optional<SavedBreaker> saved(const Target &target, const Breaker &breaker, bool local,
                                      base::SteadyTime now, base::WallTime wallNow) const;
    template<typename Change>
    void eachBreaker(Change change);

    TargetTable m_targets;
    std::set<std::string, std::less<>> m_pausedProviders;
    RetryBudget m_retryBudget;
    LocalLimits m_localLimits;
    std::uint64_t m_epoch = 0;
    std::uint64_t m_changes = 0;
    bool m_online = true;
    bool m_captive = false;
    base::SteadyTime m_offlineSince{};
};

} // namespace signalbox::health
