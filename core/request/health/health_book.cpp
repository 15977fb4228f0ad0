// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/health_book.h"

#include <algorithm>

namespace signalbox::health {

using events::Outcome;

namespace {
constexpr double kSuspectInRow = 3; ///< failed or silent: as many as open a breaker
constexpr std::size_t kMostSilent = 64;
/// Until it is known how long a target takes for whole answers, as long as this is nothing unusual.
constexpr base::Duration kFairAnswer = std::chrono::seconds(15);

double inRow(const Breaker &breaker)
{
    return std::max(breaker.failuresInRow, static_cast<double>(breaker.localInRow));
}

bool isSuspect(const ModelState &model, base::SteadyTime now)
{
    const double failed = inRow(model.breaker);
    if (model.breaker.state != BreakerState::Closed
        || failed + static_cast<double>(model.silent.size()) < kSuspectInRow) {
        return false;
    }
    int overdue = 0;
    int whole = 0;
    bool wholeOverdue = false;
    for (const SilentTry &one : model.silent) {
        const bool isOverdue = one.suspectAt <= now;
        whole += one.whole ? 1 : 0;
        overdue += isOverdue && !one.whole ? 1 : 0;
        wholeOverdue |= isOverdue && one.whole;
    }
    // Waiting until each of them is overdue would send a whole answer's worth of requests after the first.
    return failed + overdue + (wholeOverdue ? whole : 0) >= kSuspectInRow;
}

/// How long a whole answer may be silent before that is a sign.
base::Duration fairSilence(const ModelState &model, const WholeTry &whole, base::SteadyTime now)
{
    const base::Duration unknown = std::min(std::max(kFairAnswer, whole.firstToken / 5), whole.limit / 2);
    const base::Duration usual = 3 * model.whole.value(now).value_or(base::Duration{});
    const base::Duration slowest = model.timings.slowestWhole(whole.promptBytes).value_or(base::Duration{});
    return std::max({unknown, usual, slowest + slowest / 2});
}

/// A breaker that keeps requests away says more than one that does not, and of two the one that does so
/// longer.
const Breaker &telling(const Breaker &key, const Breaker &model, base::SteadyTime now)
{
    const bool keyLets = lets(wouldAdmit(key, now));
    const bool modelLets = lets(wouldAdmit(model, now));
    if (keyLets != modelLets) {
        return keyLets ? model : key;
    }
    if (!keyLets) {
        return model.state == BreakerState::Open
                       && (key.state != BreakerState::Open || model.openUntil > key.openUntil)
                   ? model
                   : key;
    }
    return key.state != BreakerState::Closed ? key : model;
}

Admission both(Admission key, Admission model)
{
    if (!lets(key)) {
        return key;
    }
    return lets(model) && key == Admission::AllowedAsProbe ? key : model;
}

void finishKey(KeyState &key, const Ticket &ticket, Result result, base::SteadyTime now, double jitter)
{
    result.generation = ticket.keyGeneration;
    result.probe = ticket.keyProbe;
    // Only these speak of the key. Any other failure says nothing of it, and a probe that ended in one only
    // makes room for the next.
    if (result.outcome != Outcome::KeyRefused && result.outcome != Outcome::QuotaSpent
        && result.outcome != Outcome::Answered) {
        result.outcome = Outcome::ClientGone;
        result.misconfigured = false;
    }
    finish(key.breaker, result, now, jitter);
}

/// What the try says of how quick the target is.
void learn(ModelState &model, const Result &result, base::SteadyTime now)
{
    if (result.outcome == Outcome::Answered) {
        if (result.firstToken) {
            model.firstToken.add(*result.firstToken, now);
        }
        if (result.total) {
            model.whole.add(*result.total, now);
            model.timings.addWhole(result.promptBytes, *result.total);
        } else if (result.firstToken) { // of an answer that streamed: the others have no first token
            model.answered.add(*result.firstToken, now);
            model.timings.addFirstToken(result.promptBytes, *result.firstToken);
        }
    } else if (result.outcome == Outcome::FirstTokenTimeout && result.total) {
        model.firstToken.add(*result.total, now); // at least that long: others are quicker
    }
}

void noteSign(ModelState &model, const Ticket &ticket, Outcome outcome)
{
    const bool silent =
        isFailure(outcome) || outcome == Outcome::ClientGone || outcome == Outcome::Superseded;
    if (!silent) {
        model.silent.clear(); // it speaks: whoever still waits is slow, not lost
    } else if (const auto it = std::ranges::find(model.silent, ticket.suspectAt, &SilentTry::suspectAt);
               it != model.silent.end()) {
        model.silent.erase(it);
    }
}
} // namespace

ModelState &HealthBook::model(const Target &target, base::SteadyTime now)
{
    ModelState &model = m_targets.model(m_targets.slot(target, now));
    model.providerPaused = m_pausedProviders.contains(target.provider);
    return model;
}

base::SteadyTime HealthBook::openUntil(const Breaker &breaker, bool local, base::SteadyTime now) const
{
    // Our own guesses stand still while there is no network: they are not all to be over when it is back.
    // What the provider named goes on: its clock does not wait for us.
    const bool paused = !m_online && !local && !breaker.named && breaker.openUntil != base::SteadyTime::max()
                        && breaker.openUntil > m_offlineSince;
    return paused ? breaker.openUntil + (now - m_offlineSince) : breaker.openUntil;
}

View HealthBook::viewOf(const ModelState &model, base::SteadyTime now) const
{
    const Breaker &key = m_targets.keyOf(model).breaker;
    const Breaker &told = telling(key, model.breaker, now);
    View view{.state = told.state,
              .openUntil = openUntil(told, model.local, now),
              .cause = told.cause,
              .failuresInRow = inRow(told),
              .admission = both(wouldAdmit(key, now), wouldAdmit(model.breaker, now)),
              .misconfigured = told.misconfigured,
              .paused = model.paused || model.providerPaused,
              .forced = model.forced(now),
              .suspect = isSuspect(model, now)};
    if (view.forced) {
        view.state = BreakerState::Open;
        view.openUntil = model.forcedUntil;
        view.admission = Admission::Open;
    }
    if (view.paused) {
        view.admission = Admission::Paused;
    } else if (!view.forced && !m_online && !model.local) {
        view.admission = Admission::Offline;
    }
    return view;
}

View HealthBook::view(const Target &target, base::SteadyTime now) const
{
    if (const ModelState *const known = m_targets.find(target)) {
        return viewOf(*known, now);
    }
    // Nothing has been asked of this model, but its key may be known.
    View view;
    const bool local = isLocal(target);
    if (const KeyState *const key = m_targets.findKey(target)) {
        view.state = key->breaker.state;
        view.openUntil = openUntil(key->breaker, local, now);
        view.cause = key->breaker.cause;
        view.admission = wouldAdmit(key->breaker, now);
    }
    view.paused = m_pausedProviders.contains(target.provider);
    if (view.paused) {
        view.admission = Admission::Paused;
    } else if (!m_online && !local) {
        view.admission = Admission::Offline;
    }
    return view;
}

Ticket HealthBook::begin(const Target &target, base::SteadyTime now, base::Duration limit)
{
    Ticket ticket = beginTry(target, now);
    if (limit > base::Duration{}) {
        const ModelState &model = m_targets.model(ticket.slot);
        const base::Duration usual = 3 * model.answered.value(now).value_or(base::Duration{});
        watch(ticket, {now + std::max(limit / 5, usual), false});
    }
    return ticket;
}

Ticket HealthBook::beginWhole(const Target &target, base::SteadyTime now, const WholeTry &whole)
{
    Ticket ticket = beginTry(target, now);
    watch(ticket, {now + fairSilence(m_targets.model(ticket.slot), whole, now), true});
    return ticket;
}

void HealthBook::watch(Ticket &ticket, SilentTry silent)
{
    std::vector<SilentTry> &watched = m_targets.model(ticket.slot).silent;
    if (watched.size() < kMostSilent) {
        ticket.suspectAt = silent.suspectAt;
        watched.push_back(silent);
    }
}

Ticket HealthBook::beginTry(const Target &target, base::SteadyTime now)
{
    const std::uint32_t slot = m_targets.slot(target, now);
    ModelState &model = m_targets.model(slot);
    model.providerPaused = m_pausedProviders.contains(target.provider);
    KeyState &key = m_targets.keyOf(model);
    const std::uint64_t generations = model.breaker.generation + key.breaker.generation;
    Ticket ticket{.epoch = m_epoch, .slot = slot};
    ticket.before = viewOf(model, now).state;
    ticket.doubtful = !m_online || m_captive;

    const Admission ofKey = wouldAdmit(key.breaker, now);
    const Admission ofModel = wouldAdmit(model.breaker, now);
    health::begin(key.breaker, ofKey);
    health::begin(model.breaker, ofModel);
    ticket.keyProbe = ofKey == Admission::AllowedAsProbe;
    ticket.keyGeneration = key.breaker.generation;
    ticket.probe = ofModel == Admission::AllowedAsProbe;
    ticket.generation = model.breaker.generation;

    ++model.inFlight;
    model.usedAt = now;
    m_changes += model.breaker.generation + key.breaker.generation - generations;
    return ticket;
}

void HealthBook::content(const Ticket &ticket)
{
    if (ticket.slot < m_targets.size()) {
        m_targets.model(ticket.slot).silent.clear();
    }
}

bool HealthBook::explained(const ModelState &model, const Ticket &ticket, Outcome outcome) const
{
    if (!isFailure(outcome)) {
        return false;
    }
    if (ticket.epoch != m_epoch && mayBeOurs(outcome)) {
        return true;
    }
    // A captive portal answers in everybody's name: 403, HTML, a certificate of its own.
    return !model.local && (ticket.doubtful || !m_online || m_captive);
}

View HealthBook::finish(const Target &target, const Ticket &ticket, Result result, base::SteadyTime now,
                        double jitter)
{
    const bool begun = ticket.slot < m_targets.size();
    ModelState &model = begun ? m_targets.model(ticket.slot) : this->model(target, now);
    KeyState &key = m_targets.keyOf(model);
    const std::uint64_t generations = model.breaker.generation + key.breaker.generation;
    if (begun) {
        model.inFlight = std::max(model.inFlight - 1, 0);
    }
    if (explained(model, ticket, result.outcome)) {
        result.outcome = Outcome::ClientGone;
        result.misconfigured = false;
    }
    noteSign(model, ticket, result.outcome);
    learn(model, result, now);
    finishKey(key, ticket, result, now, jitter);

    result.generation = ticket.generation;
    result.probe = ticket.probe;
    if (result.outcome == Outcome::KeyRefused || result.outcome == Outcome::QuotaSpent) {
        result.outcome = Outcome::ClientGone; // the key's breaker keeps every model of it away
    }
    const std::uint64_t before = model.breaker.generation;
    health::finish(model.breaker, result, now, jitter);
    const bool opened = model.breaker.generation != before && model.breaker.state == BreakerState::Open;
    if (opened && (result.outcome == Outcome::FirstTokenTimeout || result.outcome == Outcome::TotalTimeout)) {
        // A target that has become slower would never be let back in by a limit from its quicker days.
        model.timings.clear();
    }
    m_changes += model.breaker.generation + key.breaker.generation - generations;
    return viewOf(model, now);
}

Load HealthBook::load(const Target &target, base::SteadyTime now) const
{
    const ModelState *const model = m_targets.find(target);
    return model ? Load{model->inFlight, model->firstToken.value(now), model->firstToken.samples(now)}
                 : Load{};
}

std::optional<base::Duration> HealthBook::adaptiveFirstToken(const Target &target,
                                                             std::size_t promptBytes) const
{
    const ModelState *const model = m_targets.find(target);
    return model ? model->timings.firstTokenLimit(promptBytes) : std::nullopt;
}

std::optional<base::Duration> HealthBook::adaptiveAnswer(const Target &target, std::size_t promptBytes) const
{
    const ModelState *const model = m_targets.find(target);
    return model ? model->timings.wholeLimit(promptBytes) : std::nullopt;
}

} // namespace signalbox::health
