// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/play/fault_script.h"

#include <charconv>

#include "core/request/provider/fault_answer.h"

namespace signalbox::chain {

using provider::Fault;
using Ending = AttemptScript::Ending;

namespace {
AttemptScript refusal(Fault fault, const UsualAnswer &usual)
{
    const provider::SimulatedAnswer answer = provider::faultAnswer(fault, base::Dialect::Chat, false);
    AttemptScript script{
        .status = answer.head.status, .errorBody = answer.body, .after = usual.refusal, .pieces = 0};
    if (const auto text = answer.head.headers.find("retry-after")) {
        int seconds = 0;
        std::from_chars(text->data(), text->data() + text->size(), seconds);
        script.retryAfter = std::chrono::seconds(seconds);
    }
    return script;
}

AttemptScript brokenOff(const UsualAnswer &usual, Ending ending)
{
    AttemptScript script = usualScript(usual);
    script.pieces = usual.cutAfter;
    script.ending = ending;
    script.usage.reset();
    return script;
}
} // namespace

AttemptScript usualScript(const UsualAnswer &usual)
{
    events::TokenUsage usage;
    usage.input = usual.promptTokens;
    usage.output = usual.pieces;
    return {.after = usual.firstToken, .pieces = usual.pieces, .gap = usual.gap, .usage = usage};
}

AttemptScript faultScript(Fault fault, const UsualAnswer &usual)
{
    AttemptScript script = usualScript(usual);
    switch (fault) {
    case Fault::RateLimited:
    case Fault::QuotaSpent:
    case Fault::ServerError:
        return refusal(fault, usual);
    case Fault::Hang:
        script.silent = true;
        break;
    case Fault::SlowFirstToken:
        script.after += usual.slowBy;
        break;
    case Fault::CutAfter:
        return brokenOff(usual, Ending::CutOff);
    case Fault::Stall:
        return brokenOff(usual, Ending::Silent);
    case Fault::Empty:
        script.pieces = 0;
        script.usage->output = 0;
        break;
    case Fault::Garbage:
        return {.after = usual.refusal, .pieces = 0, .ending = Ending::Garbage};
    case Fault::TlsError:
        return {.wire = upstream::WireEnd::TlsFailed, .written = false, .after = usual.refusal, .pieces = 0};
    }
    return script;
}

} // namespace signalbox::chain
