// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/random.h"
#include "core/record/events/event.h"
#include "core/request/chain/attempt_run.h"
#include "core/request/chain/billing.h"
#include "core/request/chain/drill_book.h"
#include "core/request/chain/outgoing/body_maker.h"
#include "core/request/chain/reply_sink.h"
#include "core/request/chain/setup.h"
#include "core/request/chain/step_record.h"
#include "core/request/chain/walk_input.h"
#include "core/request/dialect/client_request.h"
#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/translate/answer_seam.h"
#include "core/request/health/health_book.h"
#include "core/request/routing/facts.h"
#include "core/request/routing/resolve.h"
#include "core/request/routing/session_book.h"

namespace signalbox::chain {

/// The engine's parts a request works with. They outlive every exchange.
struct ExchangeDeps {
    base::Clock &clock;
    base::Random &random;
    health::HealthBook &health;
    routing::SessionBook &sessions;
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
    std::unique_ptr<const routing::Facts> facts; ///< null: neither rules nor the chain ask for any
    std::string complexity;                      ///< how hard it was taken to be, and why
    std::string session;                         ///< empty: none is known
    dialect::ClientRequest request;
    std::string body;
    http::Headers headers; ///< of the client
    std::string client;
    base::SteadyTime receivedAt{};
    std::optional<base::Duration> deadline; ///< x-signalbox-deadline-ms; shortens the chain's own
};

/// Carries one request through its chain: does what the walk says, writes the answer to the sink and the
/// story to the events. Engine thread; owned by the server's connection; destroying it before it has finished
/// means that the client has gone.
class Exchange final
{
public:
    Exchange(const ExchangeDeps &deps, ExchangeInput input, ReplySink &reply);
    ~Exchange();

    /// May finish, and so be destroyed by the sink, before it returns.
    void start();
    void onDrained();
    /// Ends the request with a clear error, for the user who pressed Cancel.
    void cancel();

    const base::RequestId &id() const { return m_input.id; }
    std::int64_t pieces() const;

private:
    struct Lane;

    // exchange.cpp: what the walk wants
    void carryOut(Commands commands);
    void start(const StartAttempt &start);
    void show(int lane);
    void drop(int lane);
    void end(const EndWalk &end);
    void onContent(int lane);
    void onReady(int lane);
    void onRelay(int lane, std::string_view bytes);
    void onEnd(int lane, AttemptReport report);
    void wakeUp();
    void working();
    void waiting();
    base::Result<AttemptPlan> planFor(const StartAttempt &start, Lane &lane, std::string body);
    base::Result<std::string> bodyFor(const StartAttempt &start, Lane &lane);
    neutral::AnswerContext answerContext() const;
    Lane &lane(int id);
    std::unique_ptr<Lane> take(int id);

    // exchange_record.cpp: the story
    void skip(const SkipStep &skip);
    void skipRest(events::SkipReason reason);
    /// Tells the walk and then the story how the lane ended; `over`: the whole request is.
    Commands close(const Lane &lane, const AttemptReport &report, bool over = false);
    bool canJoin(const Lane &lane) const;
    void tell(const Lane &lane, const AttemptReport &report, const Bill &bill);
    void noteSession(std::size_t step, events::Outcome outcome);
    void breakerMoved(const BreakerMoved &moved);
    static std::vector<std::string> droppedBy(const Lane &lane, const AttemptReport &report);
    /// Whether the client has the whole answer all the same.
    bool abandonAll(const Judgement &judgement);
    void finish(events::RequestOutcome outcome, int status, std::string error);

    // exchange_reply.cpp: the client's side
    void beginStream();
    void keepAlive();
    void answer(const AttemptReport &report);
    void interrupt(const AttemptReport &report);
    void giveUp(const AttemptReport *last);
    http::Headers replyHeaders(std::string_view contentType) const;
    base::Duration overhead() const;

    const neutral::Codec &clientCodec() const;
    const config::StepConfig &stepConfig(std::size_t step) const
    {
        return *m_walk.input().steps[step].config;
    }

    const ExchangeDeps &m_deps;
    ExchangeInput m_input;
    ReplySink &m_reply;
    BodyMaker m_bodies;
    Walk m_walk;
    std::vector<std::unique_ptr<Lane>> m_lanes;
    std::map<int, AttemptReport> m_failed; ///< by lane
    std::vector<StepRecord> m_story;
    std::unique_ptr<base::Timer> m_wake;
    std::unique_ptr<base::Timer> m_keepAlive;
    std::unique_ptr<translate::AnswerSeam> m_seam; ///< null: a broken-off answer is not gone on with
    std::string m_sentText;                        ///< what it goes on from
    base::SteadyTime m_waitingSince{};
    base::Duration m_waited{};          ///< for providers, not for our own work
    base::SteadyTime m_contentAt{};     ///< first content handed to the client
    std::vector<std::string> m_dropped; ///< of what the client gets, what got lost between dialects
    events::TokenUsage m_usage;
    base::Money m_cost;
    bool m_costKnown = true;
    int m_attempts = 0;
    int m_shown = 0;        ///< the lane whose content goes to the client; 0: none does yet
    int m_served = 0;       ///< its step, from 1
    bool m_begun = false;   ///< the head of a stream has gone out
    bool m_joining = false; ///< an answer is gone on with
    bool m_paused = false;
    bool m_finished = false;
};

} // namespace signalbox::chain
