// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/metrics/window.h"

namespace signalbox::metrics {

using Minutes = std::chrono::minutes;

Window::Window(const base::Clock &clock)
    : m_clock(clock), m_origin(clock.now() - (clock.wallNow() - std::chrono::floor<Minutes>(clock.wallNow())))
{}

void Window::advance()
{
    const auto passed = static_cast<std::uint64_t>((m_clock.now() - m_origin) / Minutes(1));
    if (passed > m_current + kMinutes) { // asleep for hours: the whole window is gone
        m_minutes.fill({});
        m_hour = {};
        m_current = passed - 1;
    }
    while (m_current < passed) {
        ++m_current;
        dropOldest();
        for (const auto &[provider, model] : m_open) {
            now(provider).open = true;
        }
    }
}

void Window::dropOldest()
{
    MinuteCount &gone = now(); // the place the new minute takes
    m_hour.requests -= gone.requests;
    m_hour.errors -= gone.errors;
    m_hour.fallbacks -= gone.fallbacks;
    m_hour.spend.nano -= gone.spend.nano;
    m_hour.firstToken.remove(gone.firstToken);
    for (const auto &[name, count] : gone.providers) {
        const auto sum = m_hour.providers.find(name);
        if (sum == m_hour.providers.end()) {
            continue; // its breaker was open, and nothing was tried
        }
        sum->second.attempts -= count.attempts;
        sum->second.answered -= count.answered;
        sum->second.failed -= count.failed;
        sum->second.firstToken.remove(count.firstToken);
        if (sum->second.attempts == 0) {
            m_hour.providers.erase(sum);
        }
    }
    gone = {};
}

std::vector<TrafficMinute> Window::minutes() const
{
    const base::WallTime start = std::chrono::floor<Minutes>(m_clock.wallNow());
    std::vector<TrafficMinute> all(kMinutes);
    for (std::size_t ago = 0; ago < kMinutes; ++ago) {
        const MinuteCount &count = minute(ago);
        TrafficMinute &view = all[kMinutes - 1 - ago];
        view.start = start - Minutes(ago);
        view.requests = static_cast<int>(count.requests);
        view.errors = static_cast<int>(count.errors);
        view.fallbacks = static_cast<int>(count.fallbacks);
        view.firstTokenP50 = count.firstToken.percentile(0.5);
        view.spend = count.spend;
        for (const auto &[name, provider] : count.providers) {
            view.providers.push_back({name, static_cast<int>(provider.answered),
                                      static_cast<int>(provider.failed), provider.open});
        }
    }
    return all;
}

void Window::setOpen(const std::string &provider, const std::string &model, bool open)
{
    if (open) {
        m_open.emplace(provider, model);
        now(provider).open = true;
    } else {
        m_open.erase({provider, model});
    }
}

} // namespace signalbox::metrics
