// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "core/record/events/event.h"
#include "core/request/chain/setup.h"
#include "core/request/health/health_book.h"
#include "tests/support/chain/world.h"

namespace signalbox::test {

/// Hears the events of a simulated day and checks each against what it must not contradict: the other events,
/// the breakers, the budgets, and the world.
class Watch final : public events::EventSink
{
public:
    struct Deps {
        base::Clock &clock;
        const health::HealthBook &health;
        const chain::Setup &setup;
        World &world;
        Problems &problems;
    };
    /// A request that is about to start.
    struct Expected {
        int number = 0;
        const config::ChainConfig *chain = nullptr;
        base::Duration deadline{};
    };
    struct Totals {
        int requests = 0;
        int attempts = 0;
        int probes = 0;
        std::map<events::Outcome, int> outcomes;
        std::map<events::RequestOutcome, int> requestOutcomes;
        std::map<events::AttemptKind, int> kinds;
        std::map<events::SkipReason, int> skips;
        std::map<std::string, int> breakers; ///< by "from>to"
    };

    explicit Watch(Deps deps) : m_deps(deps) {}
    void expect(const base::RequestId &id, const Expected &request);
    void record(const events::Event &event) override;

    bool isRunning(int request) const { return m_numbers.contains(request); }
    std::size_t running() const { return m_open.size(); }
    /// The user has edited the key: what was closed may be tried.
    void forget(const std::string &provider);
    /// The program ends and begins again: what a minute has seen is forgotten, the breakers are not.
    void restarted();
    /// The retry budgets of all that has been heard since the last restart.
    void checkBudgets();
    const Totals &totals() const { return m_totals; }

private:
    struct Open {
        Expected what;
        std::map<int, bool> attempts; ///< those that run: is it the probe?
        int started = 0;
        bool begun = false;
        events::TokenUsage usage;
        base::SteadyTime lastEnd{};
    };
    struct Guard { ///< a target's breaker, as it was after the last attempt
        std::optional<base::SteadyTime> openUntil;
        int probes = 0;
    };
    struct Moment {
        base::SteadyTime at;
        int request = 0;
    };
    struct Budget {
        const config::ChainConfig *chain = nullptr;
        std::vector<Moment> requests;
        std::vector<Moment> extra; ///< repeats, hedges, races
    };

    void hear(const events::RequestStarted &event);
    void hear(const events::AttemptStarted &event);
    void hear(const events::AttemptEnded &event);
    void hear(const events::StepSkipped &event);
    void hear(const events::RequestEnded &event);
    void hear(const events::BreakerChanged &event);
    void hear(const events::Notice &) {}
    bool checkBreaker(const Open &request, const events::AttemptStarted &event);
    void checkUsage(const Open &request, const events::AttemptEnded &event);
    bool isOnlyModel(const std::string &provider) const;
    Open *find(const base::RequestId &id, const char *what);
    health::Target targetOf(const Open &request, int step) const;

    Deps m_deps;
    std::map<base::RequestId, Open> m_open;
    std::map<int, base::RequestId> m_numbers;
    std::map<health::Target, Guard> m_guards;
    std::map<std::string, Budget> m_budgets;
    std::map<std::string, std::string> m_told; ///< by "provider/model": its breaker, as the events say
    Totals m_totals;
};

} // namespace signalbox::test
