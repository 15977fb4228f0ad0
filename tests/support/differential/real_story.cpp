// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/differential/real_story.h"

#include <algorithm>
#include <map>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QEvent>

#include "core/request/chain/exchange.h"

namespace signalbox::test {

namespace {
constexpr int kMostMoves = 100'000;  ///< of the clock, for one request
constexpr int kMostRealSeconds = 20; ///< until bytes that were sent must have come

/// Hears the engine and its client's side, and writes the story down.
class Teller final : public events::EventSink, public chain::ReplySink
{
public:
    explicit Teller(const base::Clock &clock) : m_clock(clock), m_from(clock.now()) {}

    Story story;
    bool over = false;

    void record(const events::Event &event) override
    {
        if (const auto *const started = std::get_if<events::AttemptStarted>(&event)) {
            story.steps.push_back(startedLine(at(), started->step, started->attempt, started->kind));
        } else if (const auto *const skipped = std::get_if<events::StepSkipped>(&event)) {
            story.steps.push_back(skippedLine(at(), skipped->step, skipped->reason, skipped->detail));
        } else if (const auto *const ended = std::get_if<events::AttemptEnded>(&event)) {
            story.steps.push_back(endedLine(at(), ended->step, ended->attempt, ended->kind, ended->outcome));
        } else if (const auto *const all = std::get_if<events::RequestEnded>(&event)) {
            const bool content = all->firstToken != base::Duration{};
            story.end =
                endLines({all->outcome, all->status, all->servedStep, all->attempts,
                          content ? std::optional(all->firstToken) : std::nullopt, all->total, all->cost});
        }
    }
    void sendWhole(int status, const http::Headers &, std::string_view body) override
    {
        if (status < 300) {
            look(body);
        }
        over = true;
    }
    void beginStream(int, const http::Headers &) override {}
    void streamBytes(std::string_view bytes) override { look(bytes); }
    void endStream() override { over = true; }
    void breakStream() override { over = true; }
    std::size_t pendingBytes() const override { return 0; }

private:
    base::Duration at() const { return m_clock.now() - m_from; }
    /// Whose answer is this?
    void look(std::string_view bytes)
    {
        const std::string sign = laneLabel(0).substr(0, 5);
        for (std::size_t found = bytes.find(sign); found != bytes.npos; found = bytes.find(sign, found + 1)) {
            const int lane = std::stoi(std::string(bytes.substr(found + sign.size(), 4))) - 1000;
            if (lane != m_shown) {
                m_shown = lane;
                story.shown.push_back(shownLine(at(), lane));
            }
        }
    }

    const base::Clock &m_clock;
    base::SteadyTime m_from;
    int m_shown = 0;
};
} // namespace

RealEngine::RealEngine(const RandomCase &what)
    : m_case(what),
      m_server(m_clock),
      m_transport(m_clock),
      m_real(m_transport, m_clock),
      m_attempts(m_real, m_server),
      m_health(what.book(m_clock.now()))
{}

RealEngine::~RealEngine()
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

bool RealEngine::settle()
{
    const QDeadlineTimer patience(kMostRealSeconds * 1000);
    while (true) {
        QCoreApplication::processEvents();
        if (m_attempts.quiet()) {
            return true;
        }
        if (patience.hasExpired()) {
            m_problem = "bytes are lost on their way:" + m_attempts.state();
            return false;
        }
    }
}

void RealEngine::rest(base::Duration pause)
{
    m_clock.advance(pause);
}

std::string requestBody(const RequestPlan &plan)
{
    return std::string(R"({"model":"demo","messages":[{"role":"user","content":"a question"}],"stream":)")
           + (plan.stream ? "true" : "false") + "}";
}

std::optional<Story> RealEngine::run(const RequestPlan &plan)
{
    base::Random random(plan.seed);
    base::Random ids(plan.seed + 1);
    dialect::ChatFactsReader reader;
    dialect::ClientRequestReader requests;
    chain::DrillBook drills;
    Teller teller(m_clock);
    const chain::ExchangeDeps deps{m_clock, random, m_health, m_sessions, m_attempts, reader, teller, drills};
    chain::ExchangeInput input;
    input.id = base::RequestIdSource().next(m_clock.wallNow(), ids);
    input.setup = m_case.setup;
    input.route.chain = m_case.chain();
    input.body = requestBody(plan);
    input.request = *requests.read(input.body);
    input.client = "test";
    input.receivedAt = m_clock.now();
    input.deadline = plan.deadline;
    input.session = plan.session;
    input.facts = m_case.facts(plan);
    m_attempts.begin(plan.scripts);
    chain::Exchange exchange(deps, std::move(input), teller);
    exchange.start();
    for (int moves = 0; !teller.over; ++moves) {
        if (!settle()) {
            return std::nullopt;
        }
        const auto next = m_clock.soonest();
        if (teller.over) {
            break;
        }
        if (!next || moves > kMostMoves) {
            m_problem = "nothing is left to wait for";
            return std::nullopt;
        }
        m_clock.advance(std::max(*next - m_clock.now(), base::Duration{}));
    }
    teller.story.health = healthLines(m_health, m_case.chain()->id, m_clock.now());
    return teller.story;
}

} // namespace signalbox::test
