// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk/judge.h"

namespace signalbox::chain {

using events::Outcome;
using upstream::WireEnd;

namespace {
bool isSuccess(int status)
{
    return status >= 200 && status < 300;
}

std::string withStatus(const AttemptFacts &facts)
{
    return std::to_string(facts.status) + ": " + facts.problem.message;
}

Judgement ofLimit(const AttemptFacts &facts)
{
    switch (facts.limit) {
    case LimitHit::FirstToken:
        return {Outcome::FirstTokenTimeout, facts.status == 0 ? "no answer within the first-token limit"
                                                              : "no content within the first-token limit"};
    case LimitHit::Idle:
        return {Outcome::IdleTimeout, "the answer stalled for longer than the idle limit"};
    case LimitHit::Answer:
        return {Outcome::TotalTimeout, "no whole answer within its limit"};
    default:
        return {Outcome::TotalTimeout, "the answer took longer than the total limit"};
    }
}

/// No answer, or not a whole one, for a reason below HTTP's meaning.
Judgement ofWire(const upstream::WireResult &wire)
{
    switch (wire.end) {
    case WireEnd::DnsFailed:
        return {Outcome::DnsFailed, wire.detail};
    case WireEnd::ConnectFailed:
    case WireEnd::ConnectTimeout:
    case WireEnd::ProxyFailed:
        return {Outcome::ConnectFailed, wire.detail};
    case WireEnd::TlsFailed:
    case WireEnd::TlsTimeout:
    case WireEnd::CertificateRefused:
        return {Outcome::TlsFailed, wire.detail};
    case WireEnd::Malformed:
    case WireEnd::TooLarge:
        return {Outcome::Garbled, wire.detail};
    case WireEnd::ClosedBeforeResponse:
    case WireEnd::CutOff:
    case WireEnd::Complete:
        break;
    }
    return {Outcome::CutOff, wire.detail.empty() ? "the answer ended without its end marker" : wire.detail};
}

Judgement ofSuccess(const AttemptFacts &facts)
{
    if (facts.error) {
        return {dialect::classify(facts.status, facts.problem),
                "error inside the answer: " + facts.problem.message};
    }
    if (!facts.readable) {
        return {Outcome::Garbled, facts.stream ? "a piece of the answer was not valid"
                                               : "the answer was not a chat completion"};
    }
    if (facts.looping && facts.loopEndedIt) {
        return {Outcome::Looping, "the answer repeats itself"};
    }
    if (!facts.complete) {
        return ofWire(facts.wire);
    }
    if (facts.refusal) {
        return {Outcome::Refused, "the model refused or a filter stopped it"};
    }
    if (facts.brokenToolCall) {
        return {Outcome::BrokenToolCall, "the arguments of a tool call are not JSON"};
    }
    if (facts.looping) {
        return {Outcome::Looping, "the answer repeats itself"};
    }
    return facts.content ? Judgement{} : Judgement{Outcome::Empty, "the answer had no content"};
}
} // namespace

Judgement judge(const AttemptFacts &facts)
{
    Judgement judgement;
    const bool wireBroke = facts.wire.end != WireEnd::Complete;
    if (facts.limit != LimitHit::None) {
        judgement = ofLimit(facts);
    } else if (facts.status == 0) {
        judgement = ofWire(facts.wire);
    } else if (isSuccess(facts.status)) {
        const bool garbledWire = wireBroke && !facts.complete && !facts.error;
        judgement = garbledWire ? ofWire(facts.wire) : ofSuccess(facts);
    } else {
        judgement = {dialect::classify(facts.status, facts.problem), withStatus(facts)};
    }
    const bool refusedForSure = facts.status != 0 && !isSuccess(facts.status);
    judgement.ambiguous = facts.written && !refusedForSure && !facts.complete && !facts.error;
    return judgement;
}

} // namespace signalbox::chain
