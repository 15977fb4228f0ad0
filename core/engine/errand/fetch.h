// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/request/upstream/attempt.h"
#include "core/request/upstream/transport.h"

namespace signalbox::errand {

/// What came of one small request of our own.
struct Fetched {
    upstream::WireResult wire;
    upstream::WireTimes times;
    http::ResponseHead head; ///< status 0: none came
    std::string body;        ///< at most 4 MiB
    base::Duration took{};
    bool timedOut = false;
};

/// One request outside every chain: a provider test, a list of models, a request of the window's to
/// ourselves. Engine thread. Destroying it cancels it.
class Fetch final : private upstream::AttemptObserver
{
public:
    using Done = std::function<void(Fetched)>;
    using Make = std::function<std::unique_ptr<upstream::Attempt>(upstream::AttemptObserver &)>;
    Fetch(const Make &make, base::Clock &clock, base::Duration limit, Done done);
    /// `done` is called once, from the event loop; it may destroy the fetch.
    Fetch(upstream::Transport &transport, base::Clock &clock, upstream::WireRequest request,
          base::Duration limit, Done done);
    ~Fetch() override;

private:
    void onWritten() override {}
    void onHead(const http::ResponseHead &head) override;
    void onBody(std::string_view bytes) override;
    void onEnd(const upstream::WireResult &result) override;
    void end(upstream::WireResult result);

    base::Clock &m_clock;
    Done m_done;
    Fetched m_fetched;
    base::SteadyTime m_startedAt;
    std::unique_ptr<base::Timer> m_limit;
    std::unique_ptr<upstream::Attempt> m_attempt;
};

} // namespace signalbox::errand
