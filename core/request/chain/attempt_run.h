// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/record/events/event.h"
#include "core/request/chain/judge.h"
#include "core/request/dialect/chat_stream.h"
#include "core/request/provider/attempt_factory.h"

namespace signalbox::chain {

/// One attempt, ready to go.
struct AttemptPlan {
    const provider::Target *target = nullptr; ///< outlives the attempt
    upstream::WireRequest request;
    bool stream = false;
    bool usageAsked = false;       ///< the client wants the usage chunk of the stream
    bool refusalFallsBack = false; ///< a refusal leads to another step: it is not content
    base::Duration connect{};
    base::Duration contentLimit{}; ///< until the first content, or the whole answer where nothing streams
    base::Duration idle{};         ///< between pieces of content
    base::Duration total{};
};

/// What an attempt came to.
struct AttemptReport {
    AttemptFacts facts;
    Judgement judgement;
    std::optional<base::Duration> retryAfter;
    events::Phases phases;                   ///< all but `queue`
    std::optional<events::TokenUsage> usage; ///< none: the provider did not say
    std::size_t contentBytes = 0;
    std::string model; ///< as the provider wrote it
    std::string contentType;
    std::string body; ///< the whole answer, or the error as it came
};

class AttemptRunObserver
{
public:
    virtual ~AttemptRunObserver() = default;
    /// Whole events for the client. The first call is the first content, with all that was held back before
    /// it.
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
    void pauseReading();
    void resumeReading();
    /// What is known if the attempt is given up now.
    AttemptReport abandon();
    std::int64_t pieces() const { return m_stream.state().pieces; }

private:
    void onWritten() override;
    void onHead(const http::ResponseHead &head) override;
    void onBody(std::string_view bytes) override;
    void onEnd(const upstream::WireResult &result) override;

    void streamBody(std::string_view bytes);
    void relay();
    void onLimit();
    void end(LimitHit limit, upstream::WireResult wire);
    AttemptReport report(LimitHit limit, upstream::WireResult wire);
    void readWhole(AttemptFacts &facts, AttemptReport &report);
    bool isStreamBody() const;

    Deps m_deps;
    AttemptPlan m_plan;
    AttemptRunObserver &m_observer;
    dialect::ChatStream m_stream;
    std::unique_ptr<upstream::Attempt> m_attempt;
    std::unique_ptr<base::Timer> m_limit; ///< first content, then idle, then the end of a complete stream
    std::unique_ptr<base::Timer> m_total;
    base::SteadyTime m_startedAt{};
    base::SteadyTime m_writtenAt{};
    base::SteadyTime m_headAt{};
    base::SteadyTime m_contentAt{};
    http::Headers m_errorHeaders; ///< of an error status
    std::string m_contentType;
    std::string m_body; ///< answer or error of a body that is not relayed
    std::string m_held; ///< events not yet handed on
    int m_status = 0;
    bool m_tooLarge = false;
};

} // namespace signalbox::chain
