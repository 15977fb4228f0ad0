// SPDX-License-Identifier: GPL-3.0-or-later
// The client's side of an exchange: what it is told, and how.
#include <algorithm>
#include <utility>

#include "core/foundation/base/log.h"
#include "core/request/chain/exchange.h"
#include "core/request/dialect/translate/codecs.h"

namespace signalbox::chain {

using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;

namespace {
constexpr base::Duration kKeepAliveEvery = std::chrono::seconds(15);
constexpr std::string_view kKeepAlive = ": keep-alive\n\n";
/// Of a 503: some tools sleep through whatever they are told.
constexpr base::Duration kLongestWaitNamed = std::chrono::seconds(60);
constexpr std::size_t kMostDroppedBytes = 1024;

std::string micros(base::Duration duration)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}

/// An interrupted stream's last event. No end marker follows it.
neutral::Failure brokenOff(const AttemptReport &report)
{
    return {.status = 500,
            .message = "the answer broke off: " + report.judgement.detail,
            .type = "server_error",
            .code = std::string(events::toText(report.judgement.outcome)),
            .param = {}};
}

/// Clients look at it to cut a conversation down; a number is some providers' status once more.
std::string codeFor(const AttemptReport &report)
{
    const std::string &code = report.facts.problem.code;
    const bool number = std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
    return report.judgement.outcome == Outcome::ContextTooLong ? "context_length_exceeded"
           : number                                            ? std::string()
                                                               : code;
}

/// What a refusal of the request itself came to, in the provider's words.
neutral::Failure clientsFault(const AttemptReport &report)
{
    const dialect::ProviderError &problem = report.facts.problem;
    return {.status = report.facts.status >= 400 ? report.facts.status : 400,
            .message = problem.message,
            .type = problem.type.empty() ? "invalid_request_error" : problem.type,
            .code = codeFor(report),
            .param = problem.param};
}

/// A header field's worth of names.
std::string inHeader(const std::vector<std::string> &names)
{
    std::string out = joined(names);
    std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
    return out.empty() ? "none" : out.substr(0, kMostDroppedBytes);
}
} // namespace

http::Headers Exchange::replyHeaders(std::string_view contentType) const
{
    const routing::Route &route = m_input.route;
    const StepRecord *const served = servedBy(m_story);
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
    headers.add("x-signalbox-dropped", inHeader(m_dropped));
    std::string drills;
    for (const StepRecord &record : m_story) {
        if (!record.drill.empty()) {
            drills += (drills.empty() ? "" : ", ") + record.drill + "@" + std::to_string(record.step);
        }
    }
    if (!drills.empty()) {
        headers.add("x-signalbox-drill", drills);
    }
    return headers;
}

base::Duration Exchange::overhead() const
{
    const base::SteadyTime now = m_deps.clock.now();
    const base::Duration open =
        m_waitingSince == base::SteadyTime{} ? base::Duration{} : now - m_waitingSince;
    return std::max(now - m_input.receivedAt - m_waited - open, base::Duration{});
}

void Exchange::beginStream()
{
    if (!std::exchange(m_begun, true)) {
        m_reply.beginStream(200, replyHeaders("text/event-stream; charset=utf-8"));
    }
}

/// A client that waits is told that there is life, from the first silence on: some give up after a minute.
void Exchange::keepAlive()
{
    beginStream();
    m_reply.streamBytes(kKeepAlive);
    m_keepAlive->start(kKeepAliveEvery);
}

/// The lane that answered has ended. What it held back goes out now.
void Exchange::answer(const AttemptReport &report)
{
    if (m_contentAt == base::SteadyTime{}) {
        m_contentAt = m_deps.clock.now();
    }
    if (!m_input.request.stream) {
        const http::Headers headers = replyHeaders("application/json");
        finish(answeredOutcome(m_story), report.facts.status, {});
        m_reply.sendWhole(report.facts.status, headers, report.body);
        return;
    }
    beginStream();
    std::string rest;
    if (m_joining) {
        m_seam->finish(rest);
        if (m_seam->restarted()) {
            interrupt(report);
            return;
        }
    }
    rest += report.held;
    if (!rest.empty()) {
        m_reply.streamBytes(rest);
    }
    finish(answeredOutcome(m_story), 200, {});
    m_reply.endStream();
}

/// Content has reached the client and the rest does not come: an error event, and no end marker.
void Exchange::interrupt(const AttemptReport &report)
{
    std::string last;
    if (m_joining) {
        m_seam->finish(last);
    }
    last += clientCodec().failureEvent(brokenOff(report));
    m_reply.streamBytes(last);
    finish(RequestOutcome::Interrupted, 200,
           std::string(events::toText(report.judgement.outcome)) + ": " + report.judgement.detail);
    m_reply.endStream();
}

/// Nobody answered: the client gets the provider's own words where the request itself is at fault, else the
/// story.
void Exchange::giveUp(const AttemptReport *last)
{
    FinalAnswer answer = exhausted(m_input.route.chain->id, m_story);
    std::optional<std::string> theirs; ///< the provider's own bytes
    if (last && isClientsFault(m_story, m_input.route.direct)) {
        answer.failure = clientsFault(*last);
        answer.retryAfter.reset();
        if (last->passes && translate::isFailure(m_input.request.dialect, last->body)) {
            theirs = last->body;
        }
    }
    http::Headers headers = replyHeaders("application/json");
    headers.add("x-should-retry", "false"); // SDKs would multiply the chain by three
    const bool soon = answer.retryAfter <= kLongestWaitNamed;
    if (answer.retryAfter && (answer.failure.status == 429 || soon)) {
        const auto seconds =
            std::chrono::ceil<std::chrono::seconds>(std::max(*answer.retryAfter, base::Duration{}));
        headers.add("retry-after", std::to_string(seconds.count()));
    }
    finish(RequestOutcome::Refused, answer.failure.status,
           last ? base::redacted(last->judgement.detail) : "no step could be tried");
    if (m_begun) { // the head went out with the first keep-alive
        m_reply.streamBytes(clientCodec().failureEvent(answer.failure));
        m_reply.endStream();
    } else {
        m_reply.sendWhole(answer.failure.status, headers,
                          theirs ? *theirs : clientCodec().failureBody(answer.failure));
    }
}

const neutral::Codec &Exchange::clientCodec() const
{
    return translate::codecFor(m_input.request.dialect);
}

void Exchange::cancel()
{
    if (m_finished) {
        return;
    }
    abandonAll({Outcome::ClientGone, "cancelled in Signalbox"});
    const neutral::Failure failure{.status = 503,
                                   .message = "The request was cancelled in Signalbox.",
                                   .type = "server_error",
                                   .code = "cancelled",
                                   .param = {}};
    http::Headers headers = replyHeaders("application/json");
    headers.add("x-should-retry", "false");
    finish(RequestOutcome::Cancelled, m_begun ? 200 : 503, "cancelled in Signalbox");
    if (m_begun) {
        m_reply.streamBytes(clientCodec().failureEvent(failure));
        m_reply.endStream();
    } else {
        m_reply.sendWhole(failure.status, headers, clientCodec().failureBody(failure));
    }
}

} // namespace signalbox::chain
