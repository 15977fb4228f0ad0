// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "core/request/provider/attempt_factory.h"

namespace signalbox::test {

/// Attempts without sockets, moved along by the test: what it says has happened, the observer hears. For
/// decisions on a fake clock.
///
///     provider.attempt(0).written().head(200).body("data: …").complete();
class ScriptedProvider final : public provider::AttemptFactory
{
public:
    class Handle
    {
    public:
        provider::Target target;
        upstream::WireRequest request;
        upstream::WireLimits limits;
        bool started = false;
        bool paused = false;
        bool alive = true; ///< false: destroyed, which cancels it
        bool ended = false;
        upstream::WireTimes times;

        Handle &written();
        Handle &head(int status, std::string_view contentType = "text/event-stream");
        Handle &head(const http::ResponseHead &head);
        Handle &body(std::string_view bytes);
        /// One event, "data: …" and its blank line.
        Handle &event(std::string_view data);
        void end(upstream::WireEnd how, std::string detail = "scripted");
        void complete();
        /// A whole answer at once.
        void answer(int status, std::string_view body, std::string_view contentType = "application/json");

    private:
        friend class ScriptedProvider;
        upstream::AttemptObserver *m_observer = nullptr;
        base::Clock *m_clock = nullptr;
    };

    explicit ScriptedProvider(base::Clock &clock) : m_clock(clock) {}

    std::unique_ptr<upstream::Attempt> make(const provider::Target &target, upstream::WireRequest request,
                                            const upstream::WireLimits &limits,
                                            upstream::AttemptObserver &observer) override;

    std::size_t count() const { return m_handles.size(); }
    /// Counts from 0, in the order they were made.
    Handle &attempt(std::size_t index) { return *m_handles.at(index); }
    Handle &last() { return *m_handles.back(); }

private:
    class ScriptedAttempt;
    base::Clock &m_clock;
    std::deque<std::shared_ptr<Handle>> m_handles;
};

} // namespace signalbox::test
