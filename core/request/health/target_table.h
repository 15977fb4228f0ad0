// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include "core/request/health/target.h"
#include "core/request/health/timings.h"

namespace signalbox::health {

struct KeyState {
    Breaker breaker;
    bool local = false;
    bool hasModels = false;
};

/// A try that has not given a sign of life yet.
struct SilentTry {
    base::SteadyTime suspectAt{}; ///< from then on its silence is longer than is usual
    bool whole = false;           ///< its answer does not stream, and so is silent until it is there
};

struct ModelState {
    Breaker breaker;
    std::uint32_t key = 0; ///< slot
    bool local = false;
    bool paused = false;
    bool providerPaused = false;
    int inFlight = 0;
    base::SteadyTime forcedUntil = base::SteadyTime::min();
    base::SteadyTime usedAt{};
    DecayingTime firstToken; ///< timeouts included, with the time they took
    DecayingTime answered;   ///< of streamed answers alone: what is usual
    DecayingTime whole;      ///< of answers that did not stream, until they were there
    Timings timings;
    std::vector<SilentTry> silent;

    bool forced(base::SteadyTime now) const { return now < forcedUntil; }
};

/// Keeps the state of every model and key in a slot of its own, so that a try finds it again without a
/// search, also in a copy. Clients may name any model, so those that nobody uses make room for new ones.
class TargetTable
{
public:
    static constexpr std::size_t kMostModels = 512; ///< more only while all of them are in use

    /// Null: nothing is known of it.
    const ModelState *find(const Target &target) const;
    const KeyState *findKey(const Target &target) const;
    std::uint32_t slot(const Target &target, base::SteadyTime now); ///< made if need be
    std::uint32_t keySlot(const Target &target);

    std::size_t size() const { return m_models.size(); }
    ModelState &model(std::uint32_t slot) { return m_models[slot]; }
    const ModelState &model(std::uint32_t slot) const { return m_models[slot]; }
    KeyState &keyOf(const ModelState &model) { return m_keys[model.key]; }
    const KeyState &keyOf(const ModelState &model) const { return m_keys[model.key]; }
    KeyState &key(std::uint32_t slot) { return m_keys[slot]; }
    const KeyState &key(std::uint32_t slot) const { return m_keys[slot]; }

    const std::map<Target, std::uint32_t> &models() const { return m_slots; }
    const std::map<Target, std::uint32_t> &keys() const { return m_keySlots; } ///< model left empty

private:
    std::uint32_t freeSlot(base::SteadyTime now);

    std::map<Target, std::uint32_t> m_slots;
    std::map<Target, std::uint32_t> m_keySlots;
    std::vector<ModelState> m_models;
    std::vector<KeyState> m_keys; ///< only what is configured can be among them, so they need no limit
};

} // namespace signalbox::health
