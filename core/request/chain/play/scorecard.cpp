// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/play/scorecard.h"

#include <algorithm>
#include <utility>

namespace signalbox::chain {

using config::MidStream;
using events::Outcome;
using events::RequestOutcome;
using provider::Fault;
using Mark = ScoreCell::Mark;
using What = TimelineEntry::What;
using ChainPtr = std::shared_ptr<const config::ChainConfig>;

namespace {
constexpr base::SteadyTime kBegin{std::chrono::hours(1)};
constexpr std::size_t kBytesPerToken = 4;
/// How the steps before the one under fault are down: in the first of these ways that the chain goes on from.
constexpr Fault kWaysDown[] = {Fault::ServerError, Fault::TlsError, Fault::RateLimited, Fault::QuotaSpent,
                               Fault::Garbage,     Fault::Empty,    Fault::Hang};

using Scripts = std::vector<AttemptScript>; ///< by the step's index in the chain

bool isAnswered(const Timeline &timeline)
{
    return timeline.outcome == RequestOutcome::Answered
           || timeline.outcome == RequestOutcome::AnsweredByFallback;
}

bool wasTried(const Timeline &timeline, std::size_t step)
{
    return std::ranges::any_of(timeline.entries, [step](const TimelineEntry &one) {
        return one.what == What::Started && one.step == static_cast<int>(step) + 1;
    });
}

std::string_view switchOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::DnsFailed:
    case Outcome::ConnectFailed:
    case Outcome::TlsFailed:
        return "fallbackOn.connect";
    case Outcome::FirstTokenTimeout:
    case Outcome::IdleTimeout:
    case Outcome::TotalTimeout:
        return "fallbackOn.timeout";
    case Outcome::RateLimited:
        return "fallbackOn.rateLimit";
    case Outcome::QuotaSpent:
        return "fallbackOn.quota";
    case Outcome::ServerFailed:
        return "fallbackOn.serverError";
    case Outcome::Garbled:
        return "fallbackOn.garbled";
    case Outcome::Empty:
        return "fallbackOn.empty";
    case Outcome::CutOff:
        return "fallbackOn.cutOff";
    default:
        return "fallbackOn";
    }
}

/// The plays of one kind of answer.
class Stage
{
public:
    Stage(const ScoreRequest &request, const health::HealthBook &health, bool stream)
        : m_request(request), m_health(health), m_facts(request.facts), m_stream(stream)
    {
        m_facts.stream = stream;
        base::Random random(request.seed); // as simulate() does: the same plan
        const WalkInput input = makeWalkInput(request.setup, walkRequest(request.chain), health, random);
        for (const WalkStep &step : input.steps) {
            if (step.barred) {
                m_barred.push_back(step);
            } else {
                m_order.push_back(step.index);
            }
        }
    }

    int usable() const { return static_cast<int>(m_order.size()); }

    const WalkStep *barred(std::size_t step) const
    {
        const auto it = std::ranges::find(m_barred, step, &WalkStep::index);
        return it == m_barred.end() ? nullptr : &*it;
    }

    ScoreCell underFault(std::size_t step, Fault fault) const
    {
        if (const WalkStep *const bar = barred(step)) {
            const std::string reason(events::toText(*bar->barred));
            return {.mark = Mark::NotTried, .note = bar->why.empty() ? reason : reason + ": " + bar->why};
        }
        const auto rank = std::ranges::find(m_order, step) - m_order.begin();
        const AttemptScript script = faultScript(fault, m_request.usual);
        Scripts scripts = usual();
        scripts[step] = script;
        Timeline timeline = play(m_request.chain, scripts);
        auto others = static_cast<std::ptrdiff_t>(m_order.size()) - 1;
        for (const Fault down : kWaysDown) {
            if (wasTried(timeline, step)) {
                break;
            }
            for (std::ptrdiff_t i = 0; i < rank; ++i) {
                scripts[m_order[static_cast<std::size_t>(i)]] = faultScript(down, m_request.usual);
            }
            timeline = play(m_request.chain, scripts);
            others = static_cast<std::ptrdiff_t>(m_order.size()) - 1 - rank;
        }
        if (!wasTried(timeline, step)) {
            return {.mark = Mark::NotTried, .note = "no failure of the steps before it leads here"};
        }
        ScoreCell cell = cellOf(timeline, scripts);
        judgeCell(cell, step, scripts, others > 0);
        scripts[step] = usualScript(m_request.usual);
        const Timeline well = play(m_request.chain, scripts);
        if (timeline.cost && well.cost) {
            cell.extraCost = base::Money{timeline.cost->nano - well.cost->nano};
        }
        return cell;
    }

    ScoreCell everyStepDown() const
    {
        Scripts scripts = usual();
        std::ranges::fill(scripts, faultScript(Fault::ServerError, m_request.usual));
        const Timeline timeline = play(m_request.chain, scripts);
        ScoreCell cell = cellOf(timeline, scripts);
        cell.extraCost = timeline.cost;
        if (timeline.outcome != RequestOutcome::Refused || timeline.status < 400) {
            cell.mark = Mark::Fails;
            cell.note = "the client is not told the truth";
        }
        return cell;
    }

private:
    WalkRequest walkRequest(const ChainPtr &chain) const
    {
        return {.chain = chain,
                .facts = &m_facts,
                .stream = m_stream,
                .bodyBytes = static_cast<std::size_t>(m_request.usual.promptTokens) * kBytesPerToken,
                .receivedAt = kBegin,
                .at = m_request.at};
    }

    Scripts usual() const { return {m_request.chain->steps.size(), usualScript(m_request.usual)}; }

    Timeline play(const ChainPtr &chain, const Scripts &scripts) const
    {
        Simulation simulation{
            .setup = m_request.setup, .request = walkRequest(chain), .steps = {}, .seed = m_request.seed};
        for (const AttemptScript &script : scripts) {
            simulation.steps.push_back({script}); // a fault stays for as long as the request lasts
        }
        return simulate(simulation, m_health);
    }

    /// Would the request be answered if the chain's policy were another?
    template<typename Change>
    bool wouldAnswer(const Scripts &scripts, Change change) const
    {
        auto other = std::make_shared<config::ChainConfig>(*m_request.chain);
        change(other->policy);
        return isAnswered(play(other, scripts));
    }

    static ScoreCell cellOf(const Timeline &timeline, const Scripts &scripts)
    {
        return {.outcome = timeline.outcome,
                .status = timeline.status,
                .servedStep = timeline.servedStep,
                .firstContent = timeline.firstContent,
                .total = timeline.total,
                .tokens = tokensSeen(timeline, scripts),
                .error = timeline.error,
                .entries = timeline.entries};
    }

    static int tokensSeen(const Timeline &timeline, const Scripts &scripts)
    {
        int tokens = 0;
        const auto at = [&timeline](What what, int attempt) {
            return std::ranges::find_if(timeline.entries, [&](const TimelineEntry &one) {
                return one.what == what && one.attempt == attempt;
            });
        };
        for (const TimelineEntry &shown : timeline.entries) {
            const auto begun = at(What::Started, shown.attempt);
            const auto over = at(What::Ended, shown.attempt);
            if (shown.what != What::Shown || begun == timeline.entries.end()
                || over == timeline.entries.end()) {
                continue;
            }
            const AttemptScript &script = scripts[static_cast<std::size_t>(shown.step) - 1];
            const base::Duration since = over->at - begun->at - script.after;
            const auto came = script.gap > base::Duration{} ? since / script.gap + 1 : script.pieces;
            tokens += static_cast<int>(std::clamp<std::int64_t>(came, 0, script.pieces));
        }
        return tokens;
    }

    void judgeCell(ScoreCell &cell, std::size_t step, const Scripts &scripts, bool others) const
    {
        if (cell.answered()) {
            cell.mark = Mark::Fine;
        } else if (m_order.size() == 1) {
            cell.mark = Mark::Fails;
            cell.note = "no other step to go to";
        } else if (!others) {
            cell.mark = Mark::NoOtherStep;
            cell.note = "every other step is down";
        } else if (cell.outcome == RequestOutcome::Interrupted) {
            judgeInterrupted(cell, scripts);
        } else {
            judgeRefused(cell, step, scripts);
        }
    }

    void judgeInterrupted(ScoreCell &cell, const Scripts &scripts) const
    {
        const MidStream now = m_request.chain->policy.midStream;
        std::string help;
        for (const auto &[policy, name] :
             {std::pair(MidStream::Continue, "\"continue\""), std::pair(MidStream::Restart, "\"restart\"")}) {
            if (policy != now && wouldAnswer(scripts, [policy](auto &other) { other.midStream = policy; })) {
                help += (help.empty() ? "" : " or ") + std::string(name);
            }
        }
        cell.mark = now == MidStream::Error ? Mark::Warning : Mark::Fails;
        cell.note = now == MidStream::Error      ? "midStream is \"error\""
                    : now == MidStream::Continue ? "no step after it can go on with a partial answer"
                                                 : "midStream is \"restart\"";
        cell.note += help.empty() ? "" : "; " + help + " would finish the answer";
    }

    void judgeRefused(ScoreCell &cell, std::size_t step, const Scripts &scripts) const
    {
        cell.mark = Mark::Fails;
        const auto ended = std::ranges::find_if(cell.entries, [step](const TimelineEntry &one) {
            return one.what == What::Ended && one.step == static_cast<int>(step) + 1;
        });
        if (ended == cell.entries.end() || !ended->outcome) {
            return;
        }
        const auto everySwitch = [](config::ChainPolicy &policy) {
            policy.fallbackOn = {};
            policy.afterAmbiguous = true;
        };
        if (wouldAnswer(scripts, everySwitch)) {
            const bool leads = leadsOn(*ended->outcome, m_request.chain->policy.fallbackOn);
            cell.mark = Mark::ByPolicy;
            cell.note = std::string(leads ? "afterAmbiguous" : switchOf(*ended->outcome)) + " is off";
        }
    }

    const ScoreRequest &m_request;
    const health::HealthBook &m_health;
    routing::Facts m_facts;
    bool m_stream;
    std::vector<std::size_t> m_order; ///< of the steps that may be tried, as they are
    std::vector<WalkStep> m_barred;
};

class Stages
{
public:
    Stages(const ScoreRequest &request, const health::HealthBook &health)
    {
        if (request.streamed) {
            m_streamed.emplace(request, health, true);
        }
        if (request.whole) {
            m_whole.emplace(request, health, false);
        }
    }

    template<typename Play>
    ScoreRow row(std::optional<Fault> fault, Play play) const
    {
        ScoreRow row{.fault = fault, .streamed = {}, .whole = {}};
        if (m_streamed) {
            row.streamed = play(*m_streamed);
        }
        if (m_whole) {
            row.whole = play(*m_whole);
        }
        return row;
    }

    int usable() const
    {
        return std::min(m_streamed ? m_streamed->usable() : m_whole->usable(),
                        m_whole ? m_whole->usable() : m_streamed->usable());
    }

    /// The bar, if none of the plays comes to the step.
    const WalkStep *barred(std::size_t step) const
    {
        const WalkStep *const streamed = m_streamed ? m_streamed->barred(step) : nullptr;
        const WalkStep *const whole = m_whole ? m_whole->barred(step) : nullptr;
        const bool everywhere = (!m_streamed || streamed) && (!m_whole || whole);
        return !everywhere ? nullptr : streamed ? streamed : whole;
    }

private:
    std::optional<Stage> m_streamed;
    std::optional<Stage> m_whole;
};
} // namespace

bool ScoreCell::answered() const
{
    return outcome == RequestOutcome::Answered || outcome == RequestOutcome::AnsweredByFallback;
}

std::vector<const ScoreCell *> Scorecard::cells() const
{
    std::vector<const ScoreCell *> out;
    const auto add = [&out](const ScoreRow &row) {
        for (const auto *cell : {&row.streamed, &row.whole}) {
            if (*cell) {
                out.push_back(&**cell);
            }
        }
    };
    for (const ScoredStep &step : steps) {
        std::ranges::for_each(step.rows, add);
    }
    add(everyStepDown);
    return out;
}

bool Scorecard::wouldFail() const
{
    return usableSteps == 0
           || std::ranges::any_of(cells(), [](const ScoreCell *cell) { return cell->mark == Mark::Fails; });
}

Scorecard scoreChain(const ScoreRequest &request, const health::HealthBook &health)
{
    Scorecard card;
    if (!request.streamed && !request.whole) {
        return card;
    }
    const Stages stages(request, health);
    card.usableSteps = stages.usable();
    for (std::size_t i = 0; i < request.chain->steps.size(); ++i) {
        const config::StepConfig &config = request.chain->steps[i];
        ScoredStep &step = card.steps.emplace_back();
        step.step = static_cast<int>(i) + 1;
        step.provider = config.provider;
        step.model = config.model;
        if (const WalkStep *const bar = stages.barred(i)) {
            step.barred = bar->barred;
            step.why = bar->why;
            continue;
        }
        for (int f = 0; f < provider::kFaultCount; ++f) {
            const auto fault = static_cast<Fault>(f);
            step.rows.push_back(
                stages.row(fault, [&](const Stage &stage) { return stage.underFault(i, fault); }));
        }
    }
    card.everyStepDown = stages.row({}, [](const Stage &stage) { return stage.everyStepDown(); });
    return card;
}

} // namespace signalbox::chain
