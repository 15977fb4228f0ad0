// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/chain/world.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace signalbox::test {

using namespace std::chrono_literals;
using upstream::WireEnd;

namespace {
std::string chunkOf(const std::string &delta, const char *finish)
{
    return R"(data: {"id":"c","model":"m","choices":[{"index":0,"delta":{)" + delta + R"(},"finish_reason":)"
           + finish + "}]}\n\n";
}

std::string usageOf(const Seen &seen)
{
    return R"("usage":{"prompt_tokens":)" + std::to_string(seen.prompt) + R"(,"completion_tokens":)"
           + std::to_string(seen.completion) + R"(,"total_tokens":)"
           + std::to_string(seen.prompt + seen.completion) + "}";
}

std::string words(int count)
{
    std::string out;
    for (int i = 0; i < count; ++i) {
        out += "word" + std::to_string(i * 7919 % 1000) + " ";
    }
    return out;
}
} // namespace

/// Plays what the provider does.
class World::Playing final : public upstream::Attempt
{
public:
    Playing(World &world, Provider &provider, Seen &seen, Pieces pieces, upstream::AttemptObserver &observer)
        : m_provider(provider),
          m_seen(seen),
          m_pieces(std::move(pieces)),
          m_observer(observer),
          m_timer(world.m_clock.makeTimer([this] { play(); }))
    {
        ++m_provider.alive;
    }
    ~Playing() override
    {
        --m_provider.alive;
        m_seen.alive = false;
    }
    void start() override { wait(); }
    void pauseReading() override { m_timer->stop(); }
    void resumeReading() override { wait(); }
    upstream::WireTimes times() const override { return {}; }

private:
    void wait()
    {
        if (m_next < m_pieces.size()) {
            m_timer->start(m_pieces[m_next].after);
        }
    }
    void play()
    {
        const Piece piece = std::move(m_pieces[m_next++]);
        wait(); // first: the observer may destroy this attempt
        switch (piece.what) {
        case Piece::What::Written:
            m_observer.onWritten();
            return;
        case Piece::What::Head: {
            http::ResponseHead head;
            head.status = piece.status;
            head.headers.add("content-type", piece.stream ? "text/event-stream" : "application/json");
            if (!piece.text.empty()) {
                head.headers.add("retry-after", piece.text);
            }
            m_observer.onHead(head);
            return;
        }
        case Piece::What::Body:
            m_seen.usageSent = m_seen.usageSent || piece.usage;
            m_observer.onBody(piece.text);
            return;
        case Piece::What::End:
            m_observer.onEnd({piece.end, piece.end == WireEnd::Complete ? "" : "broke"});
            return;
        }
    }

    Provider &m_provider;
    Seen &m_seen;
    Pieces m_pieces;
    upstream::AttemptObserver &m_observer;
    std::unique_ptr<base::Timer> m_timer;
    std::size_t m_next = 0;
};

std::unique_ptr<upstream::Attempt> World::make(const provider::Target &target, upstream::WireRequest request,
                                               const upstream::WireLimits &limits,
                                               upstream::AttemptObserver &observer)
{
    ++m_made;
    int number = 0;
    const std::size_t mark = request.body.find('#');
    if (mark != std::string::npos) {
        std::from_chars(request.body.data() + mark + 1, request.body.data() + request.body.size(), number);
    }
    const Announced told = announced.value_or(Announced{});
    announced.reset();
    if (told.request != number || told.provider != target.providerId) {
        m_problems.add(number, "an attempt at " + target.providerId + " that no event has announced");
    }
    Seen &seen = m_seen[{number, told.attempt}];
    seen = {.provider = target.providerId, .prompt = static_cast<std::int64_t>(request.body.size() / 8)};
    Provider &provider = providers.find(target.providerId)->second;
    checkLimits(number, target.providerId, provider);
    if (!online && !provider.isLocal) {
        m_problems.add(number, "an attempt at " + target.providerId + " without a network");
    }
    const bool stream = request.body.find(R"("stream":true)") != std::string::npos;
    Pieces pieces = answer(provider, stream, seen);
    if (!pieces.empty() && pieces.front().after > limits.connect
        && pieces.front().what != Piece::What::Written) {
        pieces = brokenWire(WireEnd::ConnectTimeout, limits.connect);
    }
    return std::make_unique<Playing>(*this, provider, seen, std::move(pieces), observer);
}

void World::checkLimits(int request, const std::string &id, Provider &provider)
{
    if (provider.limits == health::Limits{}) {
        return;
    }
    const base::SteadyTime now = m_clock.now();
    while (!provider.begun.empty() && provider.begun.front() <= now - 60s) {
        provider.begun.pop_front();
    }
    provider.begun.push_back(now);
    if (provider.limits.parallel > 0 && provider.alive >= provider.limits.parallel) {
        m_problems.add(request, "more attempts at a time than " + id + " may have");
    }
    if (provider.limits.requestsPerMinute > 0
        && std::cmp_greater(provider.begun.size(), provider.limits.requestsPerMinute)) {
        m_problems.add(request, "more attempts in a minute than " + id + " may have");
    }
}

std::optional<Seen> World::take(int request, int attempt)
{
    const auto it = m_seen.find({request, attempt});
    if (it == m_seen.end()) {
        return std::nullopt;
    }
    Seen seen = it->second;
    if (!seen.alive) {
        m_seen.erase(it);
    }
    return seen;
}

int World::alive(int request) const
{
    int count = 0;
    for (auto it = m_seen.lower_bound({request, 0}); it != m_seen.end() && it->first.first == request; ++it) {
        count += it->second.alive ? 1 : 0;
    }
    return count;
}

int World::alive() const
{
    int count = 0;
    for (const auto &[id, provider] : providers) {
        count += provider.alive;
    }
    return count;
}

void World::forgetMinute()
{
    for (auto &[id, provider] : providers) {
        provider.begun.clear();
    }
}

base::Duration World::upTo(base::Duration most)
{
    return std::chrono::duration_cast<base::Duration>(most * m_random.unit());
}

std::optional<std::string> World::overLimit(Bucket &bucket)
{
    if (bucket.size <= 0) {
        return std::nullopt;
    }
    const base::SteadyTime now = m_clock.now();
    const double minutes = std::chrono::duration<double, std::ratio<60>>(now - bucket.at).count();
    bucket.level = std::min(bucket.size, bucket.level + minutes * bucket.perMinute);
    bucket.at = now;
    if (bucket.level >= 1) {
        bucket.level -= 1;
        return std::nullopt;
    }
    const double seconds = std::ceil((1 - bucket.level) / bucket.perMinute * 60);
    return bucket.saysWhen ? std::to_string(static_cast<int>(seconds)) : std::string();
}

World::Pieces World::answer(Provider &provider, bool stream, Seen &seen)
{
    const Mood mood = provider.weather.at(m_clock.now());
    const bool reachable = mood != Mood::Refuses && mood != Mood::NoName && mood != Mood::BadTls;
    if (reachable) {
        if (const auto when = overLimit(provider.bucket)) {
            return refusal(429, R"({"error":{"message":"slow down","type":"rate_limit_error"}})", *when);
        }
    }
    switch (mood) {
    case Mood::Well:
        return good(stream, 100ms + upTo(800ms), upTo(300ms), seen);
    case Mood::Slow:
        return good(stream, 3s + upTo(15s), upTo(500ms), seen);
    case Mood::Trickles:
        return good(stream, upTo(2s), 1s + upTo(5s), seen);
    case Mood::Flaps:
        return m_random.unit() < 0.5
                   ? good(stream, 100ms + upTo(800ms), upTo(300ms), seen)
                   : refusal(500 + static_cast<int>(m_random.next() % 4), R"({"error":{"message":"oops"}})");
    default:
        return broken(mood, stream, seen);
    }
}

World::Pieces World::broken(Mood mood, bool stream, Seen &seen)
{
    switch (mood) {
    case Mood::Down:
        return refusal(500, "oops");
    case Mood::Overloaded:
        return refusal(529, R"({"error":{"message":"overloaded"}})", "20");
    case Mood::Refuses:
        return brokenWire(WireEnd::ConnectFailed, 1ms);
    case Mood::NoName:
        return brokenWire(WireEnd::DnsFailed, upTo(6s));
    case Mood::BadTls:
        return brokenWire(m_random.unit() < 0.5 ? WireEnd::CertificateRefused : WireEnd::TlsFailed, 60ms);
    case Mood::Hangs:
        return {{}};
    case Mood::HangsAfter200:
        return {{}, {.after = 50ms, .what = Piece::What::Head, .status = 200, .stream = stream}};
    case Mood::Garbage:
        return refusal(200, "<html>please log in</html>");
    case Mood::Empty:
        return refusal(200, R"({"choices":[{"message":{"content":""},"finish_reason":"stop"}]})");
    case Mood::KeyRefused:
        return refusal(401, R"({"error":{"message":"invalid api key","code":"invalid_api_key"}})");
    case Mood::QuotaSpent:
        return refusal(429, R"({"error":{"message":"no money","code":"insufficient_quota"}})");
    case Mood::NoModel:
        return refusal(404, R"({"error":{"message":"no such model","code":"model_not_found"}})");
    default:
        break;
    }
    Pieces pieces = good(stream, upTo(1s), upTo(300ms), seen); // broken off somewhere
    pieces.resize(2 + m_random.next() % (pieces.size() - 3));
    if (mood == Mood::Cuts) {
        pieces.push_back({.after = 10ms, .what = Piece::What::End, .end = WireEnd::CutOff});
    }
    return pieces;
}

World::Pieces World::good(bool stream, base::Duration first, base::Duration gap, Seen &seen)
{
    const int count = 3 + static_cast<int>(m_random.next() % 6);
    seen.completion = count;
    Pieces pieces{{}, {.after = first / 2, .what = Piece::What::Head, .status = 200, .stream = stream}};
    const auto body = [&](base::Duration after, std::string text, bool usage = false) {
        pieces.push_back(
            {.after = after, .what = Piece::What::Body, .text = std::move(text), .usage = usage});
    };
    if (stream) {
        body({}, chunkOf(R"("role":"assistant","content":"")", "null"));
        for (int i = 0; i < count; ++i) {
            body(i == 0 ? first / 2 : gap, chunkOf(R"("content":"word)" + std::to_string(i) + " \"", "null"));
        }
        body({}, chunkOf("", R"("stop")"));
        body({}, R"(data: {"id":"c","model":"m","choices":[],)" + usageOf(seen) + "}\n\ndata: [DONE]\n\n",
             true);
    } else {
        body(first / 2 + gap * count,
             R"({"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":")"
                 + words(count) + R"("},"finish_reason":"stop"}],)" + usageOf(seen) + "}",
             true);
    }
    pieces.push_back({.what = Piece::What::End});
    return pieces;
}

World::Pieces World::refusal(int status, std::string body, std::string retryAfter)
{
    return {{},
            {.after = 40ms, .what = Piece::What::Head, .status = status, .text = std::move(retryAfter)},
            {.what = Piece::What::Body, .text = std::move(body)},
            {.what = Piece::What::End}};
}

World::Pieces World::brokenWire(WireEnd end, base::Duration after)
{
    return {{.after = after, .what = Piece::What::End, .end = end}};
}

} // namespace signalbox::test
