// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/foundation/base/dialect.h"
#include "core/foundation/http/sse_parser.h"
#include "core/request/provider/fault.h"
#include "core/request/upstream/attempt.h"

namespace signalbox::provider {

using MakeAttempt = std::function<std::unique_ptr<upstream::Attempt>(upstream::AttemptObserver &)>;

/// What is to go wrong, and in whose words.
struct FaultOrder {
    FaultPlan plan;
    base::Dialect dialect = base::Dialect::Chat; ///< of the provider
    bool stream = false;
};

/// An attempt that goes wrong as the order says. `inner` makes the real one: it is called at once for a fault
/// that reaches the provider (see reachesProvider), never for the others.
std::unique_ptr<upstream::Attempt> makeFaulty(const FaultOrder &order, base::Clock &clock,
                                              upstream::AttemptObserver &observer, const MakeAttempt &inner);

/// Stands between a real attempt and its observer and makes it slow, cuts it or lets it fall silent. What the
/// provider refuses, or never answers, passes as it is. The real attempt is cancelled as soon as nothing of
/// it is needed any more. Engine thread; owned by the exchange.
class FaultyAttempt final : public upstream::Attempt, private upstream::AttemptObserver
{
public:
    FaultyAttempt(const FaultOrder &order, base::Clock &clock, upstream::AttemptObserver &observer,
                  const MakeAttempt &inner);
    ~FaultyAttempt() override;

    void start() override { m_inner->start(); }
    void pauseReading() override;
    void resumeReading() override;
    upstream::WireTimes times() const override;

private:
    void onWritten() override { m_observer.onWritten(); }
    void onHead(const http::ResponseHead &head) override;
    void onBody(std::string_view bytes) override;
    void onEnd(const upstream::WireResult &result) override;

    void countEvents(std::string_view bytes);
    bool handOn(std::string_view bytes);
    void breakOff(std::string last);
    void release();

    FaultPlan m_plan;
    base::Dialect m_dialect;
    upstream::AttemptObserver &m_observer;
    std::unique_ptr<base::Timer> m_timer; ///< until what was held back may go
    std::unique_ptr<upstream::Attempt> m_inner;
    upstream::WireTimes m_times; ///< of the inner attempt, once that is gone
    http::SseParser m_parser;
    std::optional<http::ResponseHead> m_head; ///< held back, as the next two
    std::string m_held;
    std::optional<upstream::WireResult> m_end;
    int m_events = 0;         ///< that passed and said something
    bool m_untouched = false; ///< the rest passes as it is
    bool m_stream = false;    ///< the body is an event stream
    bool m_due = false;       ///< what was held back is being handed on
    bool m_paused = false;
    bool *m_gone = nullptr;
};

} // namespace signalbox::provider
