// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/request/health/health_book.h"

namespace signalbox::machine {

/// By what a key is recognised in the next run: never the key.
struct KeyMark {
    std::string provider;
    std::string key; ///< its name, as in health::Target
    std::string last4;
    bool operator==(const KeyMark &) const = default;
};

/// What of the health book survives a restart, as a JSON document.
struct HealthMemory {
    std::vector<health::SavedBreaker> breakers;
    std::vector<KeyMark> keys;
    bool operator==(const HealthMemory &) const = default;
};
std::string writeHealth(const HealthMemory &memory);
/// Corrupt: not such a document. Entries with causes of a later version are left out.
base::Result<HealthMemory> readHealth(std::string_view text);

/// Keeps open breakers, and what was done to them by hand, in a file over restarts. Written a second after a
/// change at the soonest, and when it goes. Engine thread; owned by the core.
class HealthFile
{
public:
    static constexpr base::Duration kSettle = std::chrono::seconds(1);

    struct Deps {
        base::Clock &clock;
        health::HealthBook &health;
        std::string path; ///< empty: nothing is remembered
        std::function<void(std::string)> onProblem;
    };
    explicit HealthFile(Deps deps);
    ~HealthFile();

    /// Into the fresh book. A file that cannot be used is a problem to be told of, and nothing more.
    void restore();
    /// The keys that are at hand now. One that has other last characters than it had when its breakers were
    /// saved has been edited since: they are forgotten.
    void keysAre(const std::vector<KeyMark> &keys);
    /// To be called after whatever may have changed the book; cheap.
    void noteChanges();

private:
    void write();

    Deps m_deps;
    std::vector<KeyMark> m_keys;
    std::uint64_t m_written = 0; ///< changes() of the book at the last writing
    bool m_failing = false;
    std::unique_ptr<base::Timer> m_settle;
};

} // namespace signalbox::machine
