// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/foundation/base/clock.h"
#include "core/record/metrics/histogram.h"
#include "core/record/metrics/views.h"

namespace signalbox::metrics {

/// What is counted per minute and provider, and summed over the hour.
struct ProviderCount {
    std::int64_t attempts = 0;
    std::int64_t answered = 0;
    std::int64_t failed = 0;
    bool open = false;
    Histogram firstToken;
};

/// What is counted per minute, and summed over the hour.
struct MinuteCount {
    std::int64_t requests = 0;
    std::int64_t errors = 0;
    std::int64_t fallbacks = 0;
    base::Money spend;
    Histogram firstToken;
    std::map<std::string, ProviderCount, std::less<>> providers;
};

/// The last 60 minutes, one count each, and their sum kept up to date. Minutes begin with those of the wall
/// clock at the start; they pass by the steady clock, so that a jump of the wall clock empties nothing. A
/// value of Metrics; engine thread.
class Window
{
public:
    static constexpr std::size_t kMinutes = 60;

    explicit Window(const base::Clock &clock);

    /// Lets the minutes pass that have passed. To be called before anything is counted or read.
    void advance();
    MinuteCount &now() { return m_minutes[m_current % kMinutes]; }
    ProviderCount &now(const std::string &provider) { return now().providers[provider]; }
    MinuteCount &hour() { return m_hour; }
    const MinuteCount &hour() const { return m_hour; }
    ProviderCount &hour(const std::string &provider) { return m_hour.providers[provider]; }
    /// `ago` minutes before the one under way.
    const MinuteCount &minute(std::size_t ago) const
    {
        return m_minutes[(m_current + kMinutes - ago) % kMinutes];
    }
    std::vector<TrafficMinute> minutes() const;

    /// A provider's breaker for a model opened or closed; while one is open, its minutes are marked.
    void setOpen(const std::string &provider, const std::string &model, bool open);

private:
    void dropOldest();

    const base::Clock &m_clock;
    base::SteadyTime m_origin;   ///< the start of minute 0
    std::uint64_t m_current = 0; ///< the minute under way
    std::array<MinuteCount, kMinutes> m_minutes;
    MinuteCount m_hour;
    std::set<std::pair<std::string, std::string>> m_open;
};

} // namespace signalbox::metrics
