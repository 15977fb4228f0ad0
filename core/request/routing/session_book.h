// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/foundation/config/chain_config.h"

namespace signalbox::routing {

/// Which step each session of a sticky chain is at home with, so that the provider's prompt cache stays warm.
/// Steps are kept as provider and model: they survive edits of the chain. A chain that is not sticky, a chain
/// without an id and an empty session have no home. A copyable value without a clock. Engine thread.
class SessionBook
{
public:
    static constexpr std::size_t kMostSessions = 10'000; ///< those seen longest ago make room

    /// The step to try first, whether or not it is admitted now; none: as the strategy says.
    std::optional<std::size_t> home(const config::ChainConfig &chain, std::string_view session,
                                    base::SteadyTime now) const;
    /// Where the session was served last, while that is not its home: the next best.
    std::optional<std::size_t> standIn(const config::ChainConfig &chain, std::string_view session,
                                       base::SteadyTime now) const;

    /// The step gave this session a good answer. Counts as answered() too.
    void served(const config::ChainConfig &chain, std::string_view session, std::size_t step,
                base::SteadyTime now);
    /// A good answer that belongs to no session: a probe, another request.
    void answered(const config::ChainConfig &chain, std::size_t step, base::SteadyTime now);
    /// The step failed this session (which may be empty).
    void failed(const config::ChainConfig &chain, std::string_view session, std::size_t step,
                base::SteadyTime now);

    std::size_t size() const { return m_sessions.size(); }

private:
    struct Session {
        std::string first;   ///< the step that served it first
        std::string current; ///< … and last
        base::SteadyTime seen{};
        std::uint64_t order = 0; ///< in m_oldest
    };
    struct StepRecord {
        int goodSinceFailure = 0;
    };
    struct ChainRecord {
        std::map<std::string, StepRecord, std::less<>> steps;
        std::string home; ///< Failback::Stay: also for new sessions; empty: none
    };
    const Session *find(const config::ChainConfig &chain, std::string_view session,
                        base::SteadyTime now) const;
    void see(const std::string &key, Session &session, base::SteadyTime now);
    void makeRoom();

    std::map<std::string, Session, std::less<>> m_sessions; ///< by chain and session
    std::map<std::uint64_t, std::string> m_oldest;
    std::map<std::string, ChainRecord, std::less<>> m_chains;
    std::uint64_t m_order = 0;
};

} // namespace signalbox::routing
