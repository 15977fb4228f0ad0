// SPDX-License-Identifier: GPL-3.0-or-later
// The client's side of an exchange: what it is told, and how.
#include <algorithm>
#include <utility>

#include "core/foundation/base/log.h"
#include "core/request/chain/exchange.h"

namespace signalbox::chain {

using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;

namespace {
std::string micros(base::Duration duration)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}

RequestOutcome answeredOutcome(const std::vector<StepRecord> &story)
{
    const auto inTheWay = [](const StepRecord &one) {
        return one.skipped ? *one.skipped != SkipReason::Disabled
                           : one.outcome != Outcome::Answered && one.outcome != Outcome::Refused;
    };
    return std::ranges::any_of(story, inTheWay) ? RequestOutcome::AnsweredByFallback
                                                : RequestOutcome::Answered;
}

/// Would every step have to say the same? Then the provider's own words help more than ours.
bool isClientsFault(const std::vector<StepRecord> &story, bool direct)
{
    const auto final = [&](const StepRecord &one) {
        return one.outcome == Outcome::BadRequest || one.outcome == Outcome::Refused
               || (direct && one.outcome == Outcome::ModelMissing);
    };
    const auto tooLong = [](const StepRecord &one) {
        return one.skipped || one.outcome == Outcome::ContextTooLong;
    };
    return std::ranges::any_of(story, final) || std::ranges::all_of(story, tooLong);
}

/// An interrupted stream's last event, in the client's dialect. No [DONE] follows it.
std::string errorEvent(const AttemptReport &report)
{
    const std::string message = "the answer broke off: " + report.judgement.detail;
    return "data: " + errorBody(message, "server_error", events::toText(report.judgement.outcome)) + "\n\n";
}
} // namespace

http::Headers Exchange::replyHeaders(std::string_view contentType) const
{
    const routing::Route &route = m_input.route;
    const StepRecord *served = nullptr;
    for (const StepRecord &record : m_story) {
        if (record.running || record.outcome == Outcome::Answered || record.outcome == Outcome::Refused) {
            served = &record;
        }
    }
    http::Headers headers;
    headers.add("content-type", contentType);
    headers.add("cache-control", "no-cache");
    headers.add("x-signalbox-request-id", m_input.id.text());
    headers.add("x-signalbox-chain",
                route.direct ? "direct" : route.chain->id + "@" + std::to_string(route.chain->version));
    if (served) {
        std::string by = served->provider + "/" + served->model;
        headers.add("x-signalbox-served-by", http::isValidFieldValue(by) ? by : served->provider);
    }
    headers.add("x-signalbox-attempts", std::to_string(m_attempts));
    headers.add("x-signalbox-route", routeJson(m_story));
    headers.add("x-signalbox-cache", "off");
    headers.add("x-signalbox-overhead-us", micros(overhead()));
    headers.add("x-signalbox-dropped", "none");
    return headers;
}

void Exchange::answerWhole(const AttemptReport &report)
{
    m_contentAt = m_deps.clock.now();
    const http::Headers headers = replyHeaders("application/json");
    finish(answeredOutcome(m_story), report.facts.status, {});
    m_reply.sendWhole(report.facts.status, headers, report.body);
}

void Exchange::endStream(const AttemptReport &report)
{
    m_keepAlive.reset();
    const Outcome outcome = report.judgement.outcome;
    if (outcome == Outcome::Answered || outcome == Outcome::Refused) {
        finish(answeredOutcome(m_story), 200, {});
    } else {
        m_reply.streamBytes(errorEvent(report));
        finish(RequestOutcome::Interrupted, 200,
               std::string(events::toText(outcome)) + ": " + report.judgement.detail);
    }
    m_reply.endStream();
}

/// Nobody answered: the client gets the provider's own words where the request itself is at fault, else the
/// story.
void Exchange::giveUp()
{
    FinalAnswer answer = exhausted(m_input.route.chain->id, m_story);
    if (m_last && isClientsFault(m_story, m_input.route.direct)) {
        const dialect::ProviderError &problem = m_last->facts.problem;
        answer.status = m_last->facts.status >= 400 ? m_last->facts.status : 400;
        answer.body =
            problem.openAiShape
                ? m_last->body
                : errorBody(problem.message, problem.type.empty() ? "invalid_request_error" : problem.type,
                            problem.code, problem.param);
        answer.retryAfter.reset();
    }
    http::Headers headers = replyHeaders("application/json");
    headers.add("x-should-retry", "false"); // SDKs would multiply the chain by three
    if (answer.retryAfter) {
        const auto seconds =
            std::chrono::ceil<std::chrono::seconds>(std::max(*answer.retryAfter, base::Duration{}));
        headers.add("retry-after", std::to_string(seconds.count()));
    }
    finish(RequestOutcome::Refused, answer.status,
           m_last ? base::redacted(m_last->judgement.detail) : "no step could be tried");
    m_reply.sendWhole(answer.status, headers, answer.body);
}

void Exchange::cancel()
{
    if (m_finished) {
        return;
    }
    m_wait.reset();
    m_keepAlive.reset();
    if (m_run) {
        AttemptReport report = m_run->abandon();
        report.judgement = {Outcome::ClientGone, "cancelled in Signalbox", report.judgement.ambiguous};
        recordEnd(report);
        m_run.reset();
    }
    const std::string body =
        errorBody("The request was cancelled in Signalbox.", "server_error", "cancelled");
    http::Headers headers = replyHeaders("application/json");
    headers.add("x-should-retry", "false");
    finish(RequestOutcome::Cancelled, m_streaming ? 200 : 503, "cancelled in Signalbox");
    if (m_streaming) {
        m_reply.streamBytes("data: " + body + "\n\n");
        m_reply.endStream();
    } else {
        m_reply.sendWhole(503, headers, body);
    }
}

/// Everything is recorded before the sink hears the end: it may destroy this exchange.
void Exchange::finish(RequestOutcome outcome, int status, std::string error)
{
    m_finished = true;
    const base::SteadyTime now = m_deps.clock.now();
    events::RequestEnded ended;
    ended.id = m_input.id;
    ended.overhead = overhead();
    const bool answered =
        outcome == RequestOutcome::Answered || outcome == RequestOutcome::AnsweredByFallback;
    if (answered || m_streaming) {
        ended.servedStep = static_cast<int>(m_step) + 1;
        ended.servedBy = step().provider + "/" + step().model;
    }
    if (answered) {
        skipRest(SkipReason::NotNeeded);
    }
    ended.at = m_deps.clock.wallNow();
    ended.total = now - m_input.receivedAt;
    ended.firstToken =
        m_contentAt == base::SteadyTime{} ? base::Duration{} : m_contentAt - m_input.receivedAt;
    ended.outcome = outcome;
    ended.status = status;
    ended.attempts = m_attempts;
    ended.usage = m_usage;
    ended.cost = m_costKnown ? std::optional(m_cost) : std::nullopt;
    ended.error = std::move(error);
    m_deps.sink.record(std::move(ended));
}

} // namespace signalbox::chain
