// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/play/simulate.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/request/chain/billing.h"

namespace signalbox::chain {

using events::AttemptKind;
using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;
using What = TimelineEntry::What;

namespace {
/// One run: the walk, and what its attempts still have to say.
class Run
{
public:
    Run(const Simulation &simulation, health::HealthBook health)
        : m_simulation(simulation),
          m_scripts(simulation.steps),
          m_health(std::move(health)),
          m_random(simulation.seed),
          m_walk(makeWalkInput(simulation.setup, simulation.request, m_health, m_random), m_health, m_random),
          m_now(simulation.request.receivedAt)
    {
        m_scripts.resize(simulation.request.chain->steps.size());
    }

    Timeline play()
    {
        carryOut(m_walk.begin(m_now));
        while (!m_over) {
            const auto next = std::ranges::min_element(
                m_due, {}, [](const Due &one) { return std::pair(one.at, one.order); });
            const auto wake = m_walk.wakeAt();
            if (next == m_due.end() && !wake) {
                break;
            }
            if (next == m_due.end() || (wake && *wake < next->at)) {
                m_now = std::max(m_now, *wake);
                carryOut(m_walk.due(m_now));
                continue;
            }
            const Due due = *next;
            m_due.erase(next);
            m_now = due.at;
            happen(due);
        }
        m_out.total = m_now - m_simulation.request.receivedAt;
        m_out.cost = m_costKnown ? std::optional(m_cost) : std::nullopt;
        m_out.health = std::move(m_health);
        return std::move(m_out);
    }

private:
    enum class Fact : std::uint8_t { Content, Ready, End };
    struct Due {
        base::SteadyTime at;
        int order = 0;
        int lane = 0;
        Fact fact = Fact::End;
    };
    struct Playing {
        StartAttempt start;
        AttemptScript script;
        AttemptTerms terms;
        PlayedAttempt played;
        base::SteadyTime at;
    };

    base::WallTime wallNow() const
    {
        const WalkRequest &request = m_simulation.request;
        return request.at + std::chrono::duration_cast<std::chrono::microseconds>(m_now - request.receivedAt);
    }

    int stepNumber(std::size_t step) const { return static_cast<int>(m_walk.input().steps[step].index) + 1; }

    TimelineEntry &tell(What what, std::size_t step)
    {
        m_out.entries.push_back(
            {.at = m_now - m_simulation.request.receivedAt, .what = what, .step = stepNumber(step)});
        return m_out.entries.back();
    }

    void carryOut(const Commands &commands)
    {
        for (const Command &command : commands) {
            if (const auto *const start = std::get_if<StartAttempt>(&command)) {
                begin(*start);
            } else if (const auto *const skip = std::get_if<SkipStep>(&command)) {
                passOver(*skip);
            } else if (const auto *const drop = std::get_if<DropAttempt>(&command)) {
                lose(drop->lane);
            } else if (const auto *const show = std::get_if<ShowAttempt>(&command)) {
                const Playing &playing = m_playing.at(show->lane);
                tell(What::Shown, playing.start.step).attempt = show->lane;
                m_out.servedStep = stepNumber(playing.start.step);
                m_out.firstContent = m_out.firstContent.value_or(m_now - m_simulation.request.receivedAt);
                m_shown = show->lane;
            } else if (const auto *const end = std::get_if<EndWalk>(&command)) {
                finish(*end);
            }
        }
    }

    void begin(const StartAttempt &start)
    {
        const config::ChainPolicy &policy = m_simulation.request.chain->policy;
        const bool continuing = start.kind == AttemptKind::Continue;
        Playing playing{.start = start, .at = m_now};
        playing.script = nextScript(m_walk.input().steps[start.step].index);
        playing.terms = {.travel = m_walk.input().travel,
                         .limits = start.limits,
                         .refusalPasses = start.refusalPasses,
                         .holdBackTokens = continuing ? 0 : policy.holdBackTokens,
                         .holdBack = continuing ? base::Duration{} : policy.holdBack,
                         .showBy = m_walk.input().deadline - m_now,
                         .began = wallNow()};
        playing.played = chain::play(playing.script, playing.terms);
        const PlayedAttempt &played = playing.played;
        if (played.content) {
            m_due.push_back({m_now + *played.content, ++m_order, start.lane, Fact::Content});
        }
        if (played.ready) {
            m_due.push_back({m_now + *played.ready, ++m_order, start.lane, Fact::Ready});
        }
        m_due.push_back({m_now + played.end, ++m_order, start.lane, Fact::End});
        TimelineEntry &entry = tell(What::Started, start.step);
        entry.attempt = start.lane;
        entry.kind = start.kind;
        m_out.attempts = std::max(m_out.attempts, start.lane);
        m_playing.emplace(start.lane, std::move(playing));
    }

    AttemptScript nextScript(std::size_t step)
    {
        auto &scripts = m_scripts[step];
        if (scripts.empty()) {
            return {};
        }
        AttemptScript script = scripts.front();
        if (scripts.size() > 1) {
            scripts.pop_front();
        }
        return script;
    }

    void passOver(const SkipStep &skip)
    {
        TimelineEntry &entry = tell(What::Skipped, skip.step);
        entry.skipped = skip.reason;
        entry.why = skip.why;
        const WalkStep &step = m_walk.input().steps[skip.step];
        m_story.push_back({.step = stepNumber(skip.step),
                           .provider = step.config->provider,
                           .model = step.config->model,
                           .skipped = skip.reason,
                           .detail = skip.why,
                           .retryAfter = skip.backIn,
                           .rateLimited = skip.rateLimited});
    }

    void happen(const Due &due)
    {
        if (due.fact == Fact::Content) {
            m_walk.content(due.lane);
            for (Due &later : m_due) { // what is held back from now on waits behind limits that run already
                if (later.lane == due.lane && later.fact == Fact::Ready && later.at > m_now) {
                    later.order = ++m_order;
                }
            }
        } else if (due.fact == Fact::Ready) {
            carryOut(m_walk.ready(due.lane, m_now));
        } else {
            over(due.lane, m_playing.at(due.lane).played.report);
        }
    }

    void lose(int lane)
    {
        const Playing &playing = m_playing.at(lane);
        AttemptReport report = playedUntil(playing.script, playing.terms, m_now - playing.at);
        report.judgement = {Outcome::Superseded, "another attempt answered first",
                            report.judgement.ambiguous};
        over(lane, report);
    }

    void over(int lane, const AttemptReport &report)
    {
        std::erase_if(m_due, [lane](const Due &one) { return one.lane == lane; });
        const Playing playing = m_playing.at(lane);
        const WalkStep &step = m_walk.input().steps[playing.start.step];
        const ProviderSetup &provider = *m_simulation.setup.provider(step.config->provider);
        const Bill bill = billFor(report, {provider, step.config->model, *m_simulation.setup.prices,
                                           m_simulation.request.bodyBytes, m_simulation.request.at});
        m_costKnown &= bill.cost.has_value();
        m_cost += bill.cost.value_or(base::Money{});
        TimelineEntry &entry = tell(What::Ended, playing.start.step);
        entry.attempt = lane;
        entry.kind = playing.start.kind;
        entry.outcome = report.judgement.outcome;
        m_story.push_back({.step = stepNumber(playing.start.step),
                           .provider = step.config->provider,
                           .model = step.config->model,
                           .outcome = report.judgement.outcome,
                           .status = report.facts.status,
                           .detail = report.judgement.detail,
                           .took = m_now - playing.at,
                           .retryAfter = report.retryAfter,
                           .rateLimited = report.judgement.outcome == Outcome::RateLimited});
        if (entry.outcome != Outcome::Superseded) {
            m_ended.insert_or_assign(lane, report);
        }
        carryOut(m_walk.ended(lane, attemptEnd(report, bill, m_now - playing.at), m_now));
    }

    /// The steps nothing has been said of yet.
    void passOverRest(SkipReason reason)
    {
        for (std::size_t i = 0; i < m_walk.input().steps.size(); ++i) {
            if (std::ranges::find(m_story, stepNumber(i), &StepRecord::step) == m_story.end()) {
                passOver({.step = i, .reason = reason});
            }
        }
    }

    void answered(int lane)
    {
        const std::size_t step = m_playing.at(lane).start.step;
        m_out.servedStep = stepNumber(step);
        m_out.status = 200;
        m_out.outcome = answeredOutcome(m_story);
        m_out.firstContent = m_out.firstContent.value_or(m_now - m_simulation.request.receivedAt);
        if (m_shown != lane) {
            tell(What::Shown, step).attempt = lane;
        }
        if (m_story.size() > 1) { // nobody wonders about the others where the very first answered
            passOverRest(SkipReason::NotNeeded);
        }
    }

    void finish(const EndWalk &end)
    {
        m_over = true;
        const auto report = m_ended.find(end.lane);
        switch (end.how) {
        case EndWalk::How::Answered:
            answered(end.lane);
            return;
        case EndWalk::How::Interrupted:
            m_out.status = 200;
            m_out.outcome = RequestOutcome::Interrupted;
            m_out.error = std::string(events::toText(report->second.judgement.outcome)) + ": "
                          + report->second.judgement.detail;
            return;
        case EndWalk::How::Final:
            passOverRest(SkipReason::FinalAnswer);
            break;
        case EndWalk::How::Exhausted:
            break;
        }
        refused(report != m_ended.end() ? &report->second
                : m_ended.empty()       ? nullptr
                                        : &m_ended.rbegin()->second);
    }

    /// `last`: the attempt whose words count.
    void refused(const AttemptReport *last)
    {
        m_out.outcome = RequestOutcome::Refused;
        const FinalAnswer answer = exhausted(m_simulation.request.chain->id, m_story);
        const bool clients = last && isClientsFault(m_story, m_simulation.request.chain->id.empty());
        const int status = last ? last->facts.status : 0;
        m_out.status = !clients ? answer.failure.status : status >= 400 ? status : 400;
        m_out.error = last ? last->judgement.detail : "no step could be tried";
    }

    const Simulation &m_simulation;
    std::vector<std::deque<AttemptScript>> m_scripts;
    health::HealthBook m_health;
    base::Random m_random;
    Walk m_walk;
    base::SteadyTime m_now;
    std::vector<Due> m_due;
    std::map<int, Playing> m_playing;
    std::map<int, AttemptReport> m_ended; ///< by themselves, not dropped
    std::vector<StepRecord> m_story;
    Timeline m_out;
    base::Money m_cost;
    int m_order = 0;
    int m_shown = 0; ///< the lane whose content goes to the client
    bool m_costKnown = true;
    bool m_over = false;
};
} // namespace

Timeline simulate(const Simulation &simulation, health::HealthBook health)
{
    return Run(simulation, std::move(health)).play();
}

} // namespace signalbox::chain
