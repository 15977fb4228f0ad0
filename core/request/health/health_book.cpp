// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/health_book.h"

namespace signalbox::health {

namespace {
View viewOf(const Breaker &breaker, base::SteadyTime now)
{
    return {breaker.state, breaker.openUntil, breaker.cause, breaker.failuresInRow, wouldAdmit(breaker, now)};
}
} // namespace

const Breaker *HealthBook::model(const Target &target) const
{
    const auto it = m_models.find(target);
    return it == m_models.end() ? nullptr : &it->second;
}

const Breaker *HealthBook::key(const Target &target) const
{
    if (m_keys.empty()) {
        return nullptr; // no key was ever refused: the usual case
    }
    const auto it = m_keys.find(keyOf(target));
    return it == m_keys.end() ? nullptr : &it->second;
}

View HealthBook::view(const Target &target, base::SteadyTime now) const
{
    if (const Breaker *const ofKey = key(target); ofKey && ofKey->state != BreakerState::Closed) {
        return viewOf(*ofKey, now);
    }
    const Breaker *const ofModel = model(target);
    return ofModel ? viewOf(*ofModel, now) : View{};
}

Ticket HealthBook::begin(const Target &target, base::SteadyTime now)
{
    Ticket ticket;
    ticket.before = view(target, now).state;
    Breaker &ofModel = m_models[target];
    const Admission admission = wouldAdmit(ofModel, now);
    health::begin(ofModel, admission);
    ticket.probe = admission == Admission::AllowedAsProbe;
    ticket.generation = ofModel.generation;
    if (const auto it = m_keys.find(keyOf(target)); it != m_keys.end()) {
        const Admission keyAdmission = wouldAdmit(it->second, now);
        health::begin(it->second, keyAdmission);
        ticket.keyProbe = keyAdmission == Admission::AllowedAsProbe;
        ticket.keyGeneration = it->second.generation;
    }
    return ticket;
}

View HealthBook::finish(const Target &target, const Ticket &ticket, Result result, base::SteadyTime now,
                        double jitter)
{
    const bool refused = result.outcome == events::Outcome::KeyRefused;
    const auto it = refused ? m_keys.try_emplace(keyOf(target)).first : m_keys.find(keyOf(target));
    if (it != m_keys.end()) {
        Result ofKey = result;
        ofKey.generation = ticket.keyGeneration;
        ofKey.probe = ticket.keyProbe;
        // Only a refusal speaks against the key; every other answer shows that it was accepted or never
        // asked.
        if (refused || result.outcome == events::Outcome::Answered) {
            health::finish(it->second, ofKey, now, jitter);
        } else if (ticket.keyProbe && ofKey.generation == it->second.generation) {
            it->second.probeRunning = false;
        }
    }
    result.generation = ticket.generation;
    result.probe = ticket.probe;
    if (refused) {
        result.outcome = events::Outcome::ClientGone; // neutral for the model
    }
    health::finish(m_models[target], result, now, jitter);
    return view(target, now);
}

void HealthBook::resetKey(const std::string &provider, const std::string &key)
{
    const auto isIt = [&](const auto &entry) {
        return entry.first.provider == provider && entry.first.key == key;
    };
    std::erase_if(m_keys, isIt);
    std::erase_if(m_models, isIt);
}

void HealthBook::reset(const Target &target)
{
    m_keys.erase(keyOf(target));
    m_models.erase(target);
}

} // namespace signalbox::health
