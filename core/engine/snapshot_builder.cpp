// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/snapshot_builder.h"

#include <algorithm>

namespace signalbox::engine {

namespace {
std::optional<base::WallTime> wallTime(base::SteadyTime at, const base::Clock &clock)
{
    if (at == base::SteadyTime::max()) {
        return std::nullopt;
    }
    return clock.wallNow() + std::chrono::duration_cast<std::chrono::microseconds>(at - clock.now());
}

BreakerView breakerView(const health::Target &target, const health::View &view, const base::Clock &clock)
{
    BreakerView out{.provider = target.provider,
                    .model = target.model,
                    .state = std::string(toText(view.state)),
                    .failuresInRow = static_cast<int>(view.failuresInRow),
                    .misconfigured = view.misconfigured,
                    .paused = view.paused,
                    .forced = view.forced,
                    .offline = view.admission == health::Admission::Offline};
    if (view.state != health::BreakerState::Closed) {
        if (!view.forced) {
            out.cause = view.cause;
        }
        out.until = wallTime(view.openUntil, clock);
    }
    return out;
}

/// A provider is as well as the worst of its models.
int badness(const std::string &state)
{
    return state == "open" ? 2 : state == "half-open" ? 1 : 0;
}
} // namespace

std::shared_ptr<Snapshot> buildSnapshot(const config::Config &config, metrics::Metrics &metrics,
                                        const health::HealthBook &health, const base::Clock &clock)
{
    metrics::Views views = metrics.views();
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->at = clock.wallNow();
    snapshot->totals = views.totals;
    snapshot->minutes = std::move(views.minutes);
    snapshot->inFlight = std::move(views.inFlight);
    snapshot->feed = std::move(views.feed);
    for (const config::ProviderConfig &provider : config.providers) {
        ProviderHealth &one = snapshot->providers.emplace_back();
        one.provider = provider.id;
        one.paused = health.isPaused(provider.id);
        const auto it = std::ranges::find(views.providers, provider.id, &metrics::ProviderTraffic::provider);
        if (it != views.providers.end()) {
            one.attempts = it->attempts;
            one.failures = it->failures;
            one.firstTokenP50 = it->firstTokenP50;
            one.firstTokenP95 = it->firstTokenP95;
            one.spendToday = it->spendToday;
            one.unpricedToday = it->unpricedToday;
        }
    }
    health.forEach(clock.now(), [&](const health::Target &target, const health::View &view) {
        const auto it = std::ranges::find(snapshot->providers, target.provider, &ProviderHealth::provider);
        if (it == snapshot->providers.end()) {
            return;
        }
        BreakerView breaker = breakerView(target, view, clock);
        if (badness(breaker.state) > badness(it->state)) {
            it->state = breaker.state;
            it->until = breaker.until;
            it->cause = breaker.cause;
        }
        if (!breaker.model.empty()) { // without a model it is the key's own
            it->breakers.push_back(std::move(breaker));
        }
    });
    return snapshot;
}

} // namespace signalbox::engine
