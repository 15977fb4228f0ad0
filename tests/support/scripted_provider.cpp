// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/scripted_provider.h"

namespace signalbox::test {

using Handle = ScriptedProvider::Handle;

class ScriptedProvider::ScriptedAttempt final : public upstream::Attempt
{
public:
    explicit ScriptedAttempt(std::shared_ptr<Handle> handle) : m_handle(std::move(handle)) {}
    ~ScriptedAttempt() override { m_handle->alive = false; }
    void start() override { m_handle->started = true; }
    void pauseReading() override { m_handle->paused = true; }
    void resumeReading() override { m_handle->paused = false; }
    upstream::WireTimes times() const override { return m_handle->times; }

private:
    std::shared_ptr<Handle> m_handle;
};

std::unique_ptr<upstream::Attempt> ScriptedProvider::make(const provider::Target &target,
                                                          upstream::WireRequest request,
                                                          const upstream::WireLimits &limits,
                                                          upstream::AttemptObserver &observer)
{
    auto handle = std::make_shared<Handle>();
    handle->target = target;
    handle->request = std::move(request);
    handle->limits = limits;
    handle->m_observer = &observer;
    handle->m_clock = &m_clock;
    m_handles.push_back(handle);
    return std::make_unique<ScriptedAttempt>(std::move(handle));
}

Handle &Handle::written()
{
    if (alive && !ended) {
        times.written = m_clock->now();
        m_observer->onWritten();
    }
    return *this;
}

Handle &Handle::head(int status, std::string_view contentType)
{
    http::ResponseHead response;
    response.status = status;
    response.headers.add("content-type", contentType);
    return head(response);
}

Handle &Handle::head(const http::ResponseHead &response)
{
    if (alive && !ended) {
        m_observer->onHead(response);
    }
    return *this;
}

Handle &Handle::body(std::string_view bytes)
{
    if (alive && !ended) {
        m_observer->onBody(bytes);
    }
    return *this;
}

Handle &Handle::event(std::string_view data)
{
    return body("data: " + std::string(data) + "\n\n");
}

void Handle::end(upstream::WireEnd how, std::string detail)
{
    if (alive && !ended) {
        ended = true;
        m_observer->onEnd({how, std::move(detail)});
    }
}

void Handle::complete()
{
    end(upstream::WireEnd::Complete, {});
}

void Handle::answer(int status, std::string_view bytes, std::string_view contentType)
{
    written().head(status, contentType).body(bytes).complete();
}

} // namespace signalbox::test
