// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/random.h"
#include "core/record/events/event.h"
#include "core/request/chain/attempt_run.h"
#include "core/request/chain/drill_book.h"
#include "core/request/chain/next_step.h"
#include "core/request/chain/reply_sink.h"
#include "core/request/chain/setup.h"
#include "core/request/chain/step_record.h"
#include "core/request/dialect/chat_request.h"
#include "core/request/health/health_book.h"
#include "core/request/routing/resolve.h"

namespace signalbox::chain {

/// The engine's parts a request works with. They outlive every exchange.
struct ExchangeDeps {
    base::Clock &clock;
    base::Random &random;
    health::HealthBook &health;
    provider::AttemptFactory &factory;
    dialect::ChatFactsReader &reader;
    events::EventSink &sink;
    DrillBook &drills; ///< faults to be made on purpose
    /// Called before the health book hears of an attempt's end: has this machine slept, is its network gone?
    std::function<void()> checkMachine = {};
};

/// One client request, read and routed.
struct ExchangeInput {
    base::RequestId id;
    std::shared_ptr<const Setup> setup;
    routing::Route route;
    dialect::ChatRequest request;
    std::string body;
    http::Headers headers; ///< of the client
    std::string client;
    base::SteadyTime receivedAt{};
    std::optional<base::Duration> deadline; ///< x-signalbox-deadline-ms; shortens the chain's own
};

/// Walks one request through its chain: carries out what the pure decisions in next_step.h and judge.h say,
/// writes the answer to the sink and the story to the events. Engine thread; owned by the server's
/// connection; destroying it before it has finished means that the client has gone.
class Exchange final : private AttemptRunObserver
{
public:
    Exchange(const ExchangeDeps &deps, ExchangeInput input, ReplySink &reply);
    ~Exchange() override;

    /// May finish, and so be destroyed by the sink, before it returns.
    void start();
    void onDrained();
    /// Ends the request with a clear error, for the user who pressed Cancel.
    void cancel();

    const base::RequestId &id() const { return m_input.id; }
    std::int64_t pieces() const { return m_run ? m_run->pieces() : 0; }

private:
    void onRelay(std::string_view bytes) override;
    void onEnd(AttemptReport report) override;

    void next();
    bool tryStep();
    StepState stateOf(const config::StepConfig &step) const;
    std::string whyNot(events::SkipReason reason, const StepState &state) const;
    AttemptPlan planFor(const config::StepConfig &step, upstream::WireRequest request) const;
    health::Target healthTarget(const config::StepConfig &step) const;
    void skip(events::SkipReason reason, std::string detail);
    void skipRest(events::SkipReason reason);
    void recordEnd(const AttemptReport &report);
    void goOn(AttemptReport report);
    void breakerChanged(const config::StepConfig &step, health::BreakerState before,
                        const health::View &after);

    void answerWhole(const AttemptReport &report);
    void endStream(const AttemptReport &report);
    void giveUp();
    void finish(events::RequestOutcome outcome, int status, std::string error);

    http::Headers replyHeaders(std::string_view contentType) const;
    base::Duration left() const;
    base::Duration overhead() const;
    const config::StepConfig &step() const { return m_input.route.chain->steps[m_step]; }

    const ExchangeDeps &m_deps;
    ExchangeInput m_input;
    ReplySink &m_reply;
    base::SteadyTime m_deadline;
    std::vector<StepRecord> m_story;
    std::unique_ptr<AttemptRun> m_run;
    std::unique_ptr<base::Timer> m_wait; ///< before another try of the same step
    std::unique_ptr<base::Timer> m_keepAlive;
    std::optional<AttemptReport> m_last; ///< the latest failure
    health::Ticket m_ticket;
    base::SteadyTime m_attemptAt{};
    base::WallTime m_attemptWall{};
    base::SteadyTime m_contentAt{}; ///< first content handed to the client
    base::Duration m_busy{};        ///< spent in attempts and waits, not in our own work
    events::TokenUsage m_usage;
    base::Money m_cost;
    bool m_costKnown = true;
    std::size_t m_step = 0;
    int m_tries = 0;          ///< on this step
    int m_attempts = 0;       ///< in all
    bool m_streaming = false; ///< content has reached the client: no other step any more
    bool m_paused = false;
    bool m_finished = false;
};

} // namespace signalbox::chain
