// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/record/events/event.h"
#include "core/request/chain/walk/judge.h"
#include "core/request/chain/walk/limits.h"
#include "core/request/chain/walk/travel.h"
#include "core/request/dialect/translate/answer_stream.h"
#include "core/request/provider/attempt_factory.h"
#include "core/request/provider/fault.h"

namespace signalbox::chain {

/// One attempt, ready to go.
struct AttemptPlan {
    const provider::Target *target = nullptr; ///< outlives the attempt
    upstream::WireRequest request;
    Travel travel = Travel::Whole;
    AttemptLimits limits;
    translate::AnswerTerms terms;
    bool loopEndsIt = false;                  ///< an answer that repeats itself is not waited for
    std::optional<provider::FaultPlan> drill; ///< it goes wrong on purpose
    int holdBackTokens = 0;                   ///< content is ready only when there is so much …
    base::Duration holdBack{};                ///< … or this long after the first …
    base::Duration showBy{};                  ///< … or this long after the start: the deadline
};

/// What an attempt came to.
struct AttemptReport {
    AttemptFacts facts;
    Judgement judgement;
    std::optional<base::Duration> retryAfter;
    events::Phases phases;                    ///< all but `queue`
    std::optional<events::TokenUsage> usage;  ///< none: the provider did not say
    std::optional<base::Duration> firstToken; ///< from the start of the attempt
    std::size_t contentBytes = 0;
    std::string model; ///< as the provider wrote it
    std::string body;  ///< the whole answer, or the error as it came
    std::string held;  ///< of a stream: what was not shown
    std::string text;  ///< what was said, if it was to be kept
    bool continuable = false;
    bool passes = false;              ///< client and provider speak the same dialect
    std::vector<std::string> dropped; ///< of the answer: what the client's dialect has no words for
};

class AttemptRunObserver
{
public:
    virtual ~AttemptRunObserver() = default;
    /// The first real content has come; nothing is shown yet.
    virtual void onContent() = 0;
    /// What was held back may be shown: the observer calls show(), now or later or never.
    virtual void onReady() = 0;
    /// Whole events for the client, only after show().
    virtual void onRelay(std::string_view bytes) = 0;
    /// Last call. May destroy the run.
    virtual void onEnd(AttemptReport report) = 0;
};

/// Carries one attempt out: keeps its limits, holds the stream back until the first content, gathers the
/// facts and has them judged. Engine thread; owned by the exchange; destroying it cancels the attempt.
class AttemptRun final : private upstream::AttemptObserver
{
public:
    struct Deps {
        base::Clock &clock;
        provider::AttemptFactory &factory;
        dialect::ChatFactsReader &reader;
    };
    AttemptRun(Deps deps, AttemptPlan plan, AttemptRunObserver &observer);
    ~AttemptRun() override;

    void start();
    /// Hands on what is held, and from now on what comes.
    void show();
    void pauseReading();
    void resumeReading();
    /// What is known if the attempt is given up now.
    AttemptReport abandon();
    std::int64_t pieces() const { return said().pieces; }

private:
    void onWritten() override;
    void onHead(const http::ResponseHead &head) override;
    void onBody(std::string_view bytes) override;
    void onEnd(const upstream::WireResult &result) override;

    void streamBody(std::string_view bytes);
    void noteContent();
    void holdBack();
    bool heldLongEnough() const;
    void becomeReady();
    void relay();
    void onLimit();
    void onTotal();
    void end(LimitHit limit, upstream::WireResult wire);
    AttemptReport report(LimitHit limit, upstream::WireResult wire);
    void readStream(AttemptFacts &facts, AttemptReport &report);
    void readWhole(AttemptFacts &facts, AttemptReport &report);
    const parts::StreamState &said() const;
    bool clientStreams() const { return m_plan.travel == Travel::Stream || m_plan.travel == Travel::Held; }
    bool isEventStream() const;
    std::size_t mostHeld() const;

    Deps m_deps;
    AttemptPlan m_plan;
    AttemptRunObserver &m_observer;
    std::unique_ptr<translate::AnswerStream> m_stream; ///< null: no event stream has begun
    std::unique_ptr<upstream::Attempt> m_attempt;
    std::unique_ptr<base::Timer> m_limit; ///< first content, then idle, then the end of a complete stream
    std::unique_ptr<base::Timer> m_total;
    std::unique_ptr<base::Timer> m_hold;
    base::SteadyTime m_startedAt{};
    base::SteadyTime m_writtenAt{};
    base::SteadyTime m_headAt{};
    base::SteadyTime m_contentAt{};
    http::Headers m_errorHeaders; ///< of an error status
    std::string m_contentType;
    std::string m_body; ///< answer or error of a body that is no event stream
    std::string m_held; ///< events not yet handed on
    int m_status = 0;
    bool m_tooLarge = false;
    bool m_ready = false;
    bool m_shown = false;
};

} // namespace signalbox::chain
