// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "core/foundation/base/random.h"
#include "core/request/health/local_limits.h"
#include "core/request/provider/attempt_factory.h"
#include "tests/support/chain/problems.h"
#include "tests/support/chain/weather.h"

namespace signalbox::test {

/// A provider's own rate limit: the tokens of a bucket, refilled evenly.
struct Bucket {
    double size = 0; ///< 0: no limit
    double perMinute = 0;
    double level = 0;
    base::SteadyTime at{};
    bool saysWhen = true; ///< with Retry-After
};

/// What the world knows of an attempt that has reached it.
struct Seen {
    std::string provider;
    bool alive = true;
    bool usageSent = false;
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
};

/// All providers of a simulated day, on its clock: what they answer depends on their weather, their rate
/// limits and chance. Checks that nobody comes unannounced or beyond the limits that the user has set. Bodies
/// carry the number of their request: "#17 ".
class World final : public provider::AttemptFactory
{
public:
    struct Provider {
        Weather weather;
        Bucket bucket;
        health::Limits limits; ///< set by the user, and so to be kept
        bool isLocal = false;
        int alive = 0;
        std::deque<base::SteadyTime> begun; ///< in the last minute
    };
    /// An attempt that is about to be made, as the events say.
    struct Announced {
        int request = 0;
        int attempt = 0;
        std::string provider;
    };

    World(base::Clock &clock, base::Random &random, Problems &problems)
        : m_clock(clock), m_random(random), m_problems(problems)
    {}
    std::unique_ptr<upstream::Attempt> make(const provider::Target &target, upstream::WireRequest request,
                                            const upstream::WireLimits &limits,
                                            upstream::AttemptObserver &observer) override;

    /// The attempt is over for the other side: what the world has seen of it; nothing if it never came.
    std::optional<Seen> take(int request, int attempt);
    int alive(int request) const;
    int alive() const;
    int made() const { return m_made; }
    void forgetMinute();

    std::map<std::string, Provider, std::less<>> providers;
    std::optional<Announced> announced;
    bool online = true;

private:
    class Playing;
    struct Piece {
        enum class What : std::uint8_t { Written, Head, Body, End };
        base::Duration after{};
        What what = What::Written;
        int status = 0;
        std::string text; ///< of a head: its Retry-After; of a body: its bytes
        bool usage = false;
        upstream::WireEnd end = upstream::WireEnd::Complete;
        bool stream = false;
    };
    using Pieces = std::vector<Piece>;

    base::Duration upTo(base::Duration most);
    Pieces answer(Provider &provider, bool stream, Seen &seen);
    Pieces broken(Mood mood, bool stream, Seen &seen);
    Pieces good(bool stream, base::Duration first, base::Duration gap, Seen &seen);
    static Pieces refusal(int status, std::string body, std::string retryAfter = {});
    static Pieces brokenWire(upstream::WireEnd end, base::Duration after);
    std::optional<std::string> overLimit(Bucket &bucket);
    void checkLimits(int request, const std::string &id, Provider &provider);

    base::Clock &m_clock;
    base::Random &m_random;
    Problems &m_problems;
    std::map<std::pair<int, int>, Seen> m_seen;
    int m_made = 0;
};

} // namespace signalbox::test
