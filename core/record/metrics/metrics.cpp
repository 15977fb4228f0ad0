// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/metrics/metrics.h"

#include <algorithm>
#include <utility>

namespace signalbox::metrics {

using events::Outcome;
using events::RequestOutcome;

namespace {
constexpr std::size_t kFeedLength = 100;

/// Whether an event has a line in the feed.
bool isNews(const events::Event &event)
{
    if (const auto *const attempt = std::get_if<events::AttemptEnded>(&event)) {
        return attempt->outcome != Outcome::Answered && attempt->outcome != Outcome::ClientGone;
    }
    if (const auto *const request = std::get_if<events::RequestEnded>(&event)) {
        return request->outcome == RequestOutcome::AnsweredByFallback;
    }
    return std::holds_alternative<events::BreakerChanged>(event)
           || std::holds_alternative<events::Notice>(event);
}
} // namespace

bool isFailure(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Answered:
    case Outcome::ContextTooLong:
    case Outcome::BadRequest:
    case Outcome::Refused:
    case Outcome::ClientGone:
        return false;
    default:
        return true;
    }
}

Metrics::Metrics(const base::Clock &clock, DayOf dayOf)
    : m_clock(clock), m_dayOf(std::move(dayOf)), m_today(m_dayOf(clock.wallNow())), m_window(clock)
{}

void Metrics::record(const events::Event &event)
{
    m_window.advance();
    turnDay();
    std::visit([this](const auto &e) { count(e); }, event);
    if (isNews(event)) {
        feed(event);
    }
}

void Metrics::count(const events::RequestStarted &started)
{
    ++m_window.now().requests;
    ++m_window.hour().requests;
    Running &running = m_running[started.id.text()];
    running.startedAt = m_clock.now();
    running.view.id = started.id;
    running.view.client = started.client;
    running.view.chain = started.chain;
    running.view.startedAt = started.at;
}

void Metrics::count(const events::AttemptStarted &started)
{
    const auto running = m_running.find(started.request.text());
    if (running == m_running.end()) {
        return;
    }
    InFlight &view = running->second.view;
    view.provider = started.provider;
    view.model = started.model;
    view.step = started.step;
}

void Metrics::count(const events::AttemptEnded &ended)
{
    for (ProviderCount *const count : {&m_window.now(ended.provider), &m_window.hour(ended.provider)}) {
        ++count->attempts;
        count->answered += ended.outcome == Outcome::Answered ? 1 : 0;
        count->failed += isFailure(ended.outcome) ? 1 : 0;
        if (ended.phases.firstToken > base::Duration::zero()) {
            count->firstToken.add(ended.phases.firstToken);
        }
    }
    Spend &today = m_spendToday[ended.provider];
    if (ended.cost) {
        today.cost += *ended.cost;
        m_window.now().spend += *ended.cost;
        m_window.hour().spend += *ended.cost;
    } else {
        ++today.unpriced;
    }
}

void Metrics::count(const events::RequestEnded &ended)
{
    m_running.erase(ended.id.text());
    const bool isError =
        ended.outcome == RequestOutcome::Refused || ended.outcome == RequestOutcome::Interrupted;
    for (MinuteCount *const count : {&m_window.now(), &m_window.hour()}) {
        count->errors += isError ? 1 : 0;
        count->fallbacks += ended.outcome == RequestOutcome::AnsweredByFallback ? 1 : 0;
        if (ended.firstToken > base::Duration::zero()) {
            count->firstToken.add(ended.firstToken);
        }
    }
}

void Metrics::count(const events::BreakerChanged &changed)
{
    m_window.setOpen(changed.provider, changed.model, changed.to == "open");
}

void Metrics::feed(const events::Event &event)
{
    m_feed.push_front({event, ++m_feedNumber});
    if (m_feed.size() > kFeedLength) {
        m_feed.pop_back();
    }
}

void Metrics::contentPieces(const base::RequestId &id, std::int64_t pieces)
{
    if (const auto running = m_running.find(id.text()); running != m_running.end()) {
        running->second.view.tokens = pieces;
    }
}

void Metrics::seedSpend(const std::string &provider, base::Money cost, std::int64_t unpriced)
{
    turnDay();
    Spend &today = m_spendToday[provider];
    today.cost += cost;
    today.unpriced += unpriced;
}

void Metrics::turnDay()
{
    const base::WallTime now = m_clock.wallNow();
    if (!m_today.contains(now)) {
        m_today = m_dayOf(now);
        m_spendToday.clear();
    }
}

Totals Metrics::totals() const
{
    Totals totals;
    const MinuteCount &hour = m_window.hour();
    totals.requestsPerMinute =
        static_cast<double>(std::max(m_window.minute(0).requests, m_window.minute(1).requests));
    totals.requestsLastHour = hour.requests;
    totals.errorsLastHour = hour.errors;
    totals.fallbacksLastHour = hour.fallbacks;
    for (std::size_t ago = 0; ago < 5; ++ago) {
        totals.fallbacksLast5Min += m_window.minute(ago).fallbacks;
    }
    totals.firstTokenP50 = hour.firstToken.percentile(0.5);
    totals.firstTokenP95 = hour.firstToken.percentile(0.95);
    for (const auto &[provider, spend] : m_spendToday) {
        totals.spendToday += spend.cost;
        totals.unpricedToday += spend.unpriced;
    }
    totals.ledgerLost = m_ledgerLost;
    return totals;
}

std::vector<ProviderTraffic> Metrics::providers() const
{
    std::map<std::string, ProviderTraffic> all;
    for (const auto &[name, count] : m_window.hour().providers) {
        ProviderTraffic &view = all[name];
        view.attempts = count.attempts;
        view.failures = count.failed;
        view.firstTokenP50 = count.firstToken.percentile(0.5);
        view.firstTokenP95 = count.firstToken.percentile(0.95);
    }
    for (const auto &[name, spend] : m_spendToday) {
        ProviderTraffic &view = all[name];
        view.spendToday = spend.cost;
        view.unpricedToday = spend.unpriced;
    }
    std::vector<ProviderTraffic> views;
    for (auto &[name, view] : all) {
        view.provider = name;
        views.push_back(std::move(view));
    }
    return views;
}

std::vector<InFlight> Metrics::inFlight() const
{
    std::vector<InFlight> views;
    views.reserve(m_running.size());
    for (const auto &[id, running] : m_running) {
        views.push_back(running.view);
        views.back().elapsed = m_clock.now() - running.startedAt;
    }
    std::ranges::sort(views, {}, &InFlight::id);
    return views;
}

Views Metrics::views()
{
    m_window.advance();
    turnDay();
    return {totals(), m_window.minutes(), providers(), inFlight(), {m_feed.begin(), m_feed.end()}};
}

} // namespace signalbox::metrics
