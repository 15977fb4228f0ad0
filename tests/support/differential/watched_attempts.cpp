// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/differential/watched_attempts.h"

#include <algorithm>

namespace signalbox::test {

namespace {
class Watched final : public upstream::Attempt, private upstream::AttemptObserver
{
public:
    Watched(std::shared_ptr<WirePlay> play, upstream::AttemptObserver &observer)
        : m_play(std::move(play)), m_observer(observer)
    {}
    ~Watched() override { m_play->gone = true; }

    upstream::AttemptObserver &watcher() { return *this; }
    void carry(std::unique_ptr<upstream::Attempt> real) { m_real = std::move(real); }

    void start() override { m_real->start(); }
    void pauseReading() override { m_real->pauseReading(); }
    void resumeReading() override { m_real->resumeReading(); }
    upstream::WireTimes times() const override { return m_real->times(); }

private:
    void onWritten() override
    {
        m_play->written = true;
        m_observer.onWritten();
    }
    void onHead(const http::ResponseHead &head) override
    {
        m_play->gotHead = true;
        m_observer.onHead(head);
    }
    void onBody(std::string_view bytes) override
    {
        m_play->gotBody += bytes.size();
        m_observer.onBody(bytes);
    }
    void onEnd(const upstream::WireResult &result) override
    {
        m_play->ended = true;
        m_observer.onEnd(result);
    }

    std::shared_ptr<WirePlay> m_play;
    upstream::AttemptObserver &m_observer;
    std::unique_ptr<upstream::Attempt> m_real;
};

bool agreed(const WirePlay &play)
{
    if (play.gone || play.ended) {
        return true;
    }
    return !play.refused && play.arrived && play.written && play.gotHead == play.sentHead
           && play.gotBody == play.sentBody && !play.sentEnd;
}
} // namespace

void WatchedAttempts::begin(Scripts scripts)
{
    m_scripts = std::move(scripts);
    m_plays.clear();
}

bool WatchedAttempts::quiet() const
{
    return std::ranges::all_of(m_plays, [](const auto &play) { return agreed(*play); });
}

std::string WatchedAttempts::state() const
{
    std::string out;
    for (const auto &play : m_plays) {
        out += " [" + std::string(play->refused ? "refused " : "") + (play->arrived ? "arrived " : "")
               + (play->written ? "written " : "") + (play->sentHead ? "sentHead " : "")
               + (play->gotHead ? "gotHead " : "") + (play->sentEnd ? "sentEnd " : "")
               + (play->ended ? "ended " : "") + (play->gone ? "gone " : "") + std::to_string(play->gotBody)
               + "/" + std::to_string(play->sentBody) + "]";
    }
    return out;
}

chain::AttemptScript WatchedAttempts::scriptFor(const std::string &body)
{
    const std::size_t at = body.find(R"("model":"m)");
    auto &scripts = m_scripts.at(static_cast<std::size_t>(body.at(at + 10) - '0'));
    if (scripts.empty()) {
        return {};
    }
    chain::AttemptScript script = scripts.front();
    if (scripts.size() > 1) {
        scripts.pop_front();
    }
    return script;
}

std::unique_ptr<upstream::Attempt> WatchedAttempts::make(const provider::Target &target,
                                                         upstream::WireRequest request,
                                                         const upstream::WireLimits &limits,
                                                         upstream::AttemptObserver &observer)
{
    const chain::AttemptScript script = scriptFor(request.body);
    const bool streams = request.body.find(R"("stream":true)") != std::string::npos;
    auto play = std::make_shared<WirePlay>();
    play->steps = wireSteps(script, streams, static_cast<int>(m_plays.size()) + 1);
    play->refused = script.wire == upstream::WireEnd::ConnectFailed;
    m_plays.push_back(play);
    request.headers.add(ScriptServer::kField, std::to_string(m_server.expect(play)));
    request.origin.port = play->refused ? m_server.deadPort() : m_server.serverPort();
    auto made = std::make_unique<Watched>(play, observer);
    made->carry(m_real.make(target, std::move(request), limits, made->watcher()));
    return made;
}

} // namespace signalbox::test
