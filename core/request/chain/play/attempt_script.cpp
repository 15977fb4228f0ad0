// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/play/attempt_script.h"

#include <algorithm>

#include "core/request/dialect/refusal/reset_hint.h"

namespace signalbox::chain {

using Ending = AttemptScript::Ending;

namespace {
constexpr std::size_t kBytesPerPiece = 4;

bool streams(const AttemptTerms &terms)
{
    return terms.travel != Travel::Whole;
}

/// When the i-th piece of content comes, from 0; the end comes where one more would.
base::Duration pieceAt(const AttemptScript &script, int i)
{
    return script.after + script.gap * i;
}

/// A stream's refusal without a word before it is what the client gets to see, if it may.
bool refusalIsContent(const AttemptScript &script, const AttemptTerms &terms)
{
    return streams(terms) && terms.refusalPasses && script.ending == Ending::Refusal && script.pieces == 0;
}

/// When the first content comes; none: never.
std::optional<base::Duration> contentAt(const AttemptScript &script, const AttemptTerms &terms)
{
    const bool answers = !script.silent && !script.wire && script.status < 300;
    const bool shows = script.pieces > 0 || refusalIsContent(script, terms);
    return answers && shows ? std::optional(script.after) : std::nullopt; // without pieces the end comes then
}

struct Cut {
    base::Duration at{};
    LimitHit limit = LimitHit::None;
};

/// The first of our limits to be hit, if the script were endless silence from its last sign of life on.
Cut firstLimit(const AttemptScript &script, const AttemptTerms &terms)
{
    const AttemptLimits &limits = terms.limits;
    Cut cut{limits.content, streams(terms) ? LimitHit::FirstToken : LimitHit::Answer};
    const bool answers = !script.silent && !script.wire && script.status < 300;
    if (streams(terms) && answers && script.pieces > 0 && script.after < limits.content) {
        const bool slow = script.pieces > 1 && script.gap > limits.idle;
        cut = {(slow ? script.after : pieceAt(script, script.pieces - 1)) + limits.idle, LimitHit::Idle};
    }
    const bool total = streams(terms) || limits.total < limits.content;
    return total && limits.total < cut.at ? Cut{limits.total, LimitHit::Total} : cut;
}

/// When the script is over by itself; none: never.
std::optional<base::Duration> ownEnd(const AttemptScript &script)
{
    if (script.silent) {
        return std::nullopt;
    }
    if (script.wire || script.status >= 300) {
        return script.after;
    }
    return script.ending == Ending::Silent ? std::nullopt : std::optional(pieceAt(script, script.pieces));
}

/// When the time is over for which content is held back.
base::Duration heldUntil(base::Duration content, const AttemptTerms &terms)
{
    const bool untilTime = terms.holdBack > base::Duration{};
    return std::max(content, untilTime ? std::min(content + terms.holdBack, terms.showBy) : terms.showBy);
}

/// When there is content enough to be shown; none: never.
std::optional<base::Duration> enoughAt(const AttemptScript &script, const AttemptTerms &terms)
{
    if (terms.holdBackTokens == 0) {
        return terms.holdBack > base::Duration{} ? std::nullopt : std::optional(script.after);
    }
    const bool enough = terms.holdBackTokens <= script.pieces;
    return enough ? std::optional(pieceAt(script, terms.holdBackTokens - 1)) : std::nullopt;
}

int piecesUntil(const AttemptScript &script, base::Duration at)
{
    int count = 0;
    while (count < script.pieces && pieceAt(script, count) <= at) {
        ++count;
    }
    return count;
}

void endFacts(const AttemptScript &script, const AttemptTerms &terms, AttemptReport &report)
{
    AttemptFacts &facts = report.facts;
    switch (script.ending) {
    case Ending::Complete:
        facts.complete = true;
        break;
    case Ending::CutOff:
        facts.wire = {upstream::WireEnd::CutOff, "broke off"};
        break;
    case Ending::Error:
        facts.error = true;
        facts.problem = dialect::readProviderError(script.errorBody);
        break;
    case Ending::Garbage:
        facts.readable = false;
        break;
    case Ending::Refusal:
        facts.complete = facts.refusal = true;
        break;
    case Ending::BrokenToolCall:
        facts.complete = facts.brokenToolCall = true;
        break;
    case Ending::Silent:
        break;
    }
    if (facts.complete) {
        report.usage = script.usage;
    }
    if (!streams(terms) && !facts.complete) { // a whole answer that is no answer says nothing of its content
        facts.content = false;
        report.contentBytes = 0;
    }
    facts.content |= refusalIsContent(script, terms);
}

/// How long the provider wants to be left alone: in a field of an error status, or in its words.
std::optional<base::Duration> waitNamed(const AttemptScript &script, const AttemptReport &report,
                                        base::WallTime now)
{
    http::Headers headers;
    if (script.retryAfter && report.facts.status >= 300) {
        headers.add("retry-after-ms", std::to_string(base::toMs(*script.retryAfter)));
    }
    return dialect::resetHint(headers, report.facts.problem, report.judgement.outcome, now);
}

AttemptReport reportAt(const AttemptScript &script, const AttemptTerms &terms, base::Duration at,
                       LimitHit limit, bool byItself)
{
    AttemptReport report;
    AttemptFacts &facts = report.facts;
    facts.stream = terms.travel == Travel::Stream || terms.travel == Travel::Held;
    facts.limit = limit;
    facts.written = script.written || !script.wire;
    const bool headCame = !script.silent && !script.wire && script.after <= at;
    facts.status = headCame ? script.status : 0;
    report.phases.total = at;
    if (script.wire && byItself) {
        facts.wire = {*script.wire, "broke off"};
    } else if (facts.status >= 300) {
        facts.problem = dialect::readProviderError(script.errorBody);
    } else if (headCame) {
        const int pieces = streams(terms) || byItself ? piecesUntil(script, at) : 0;
        facts.content = pieces > 0;
        report.contentBytes = static_cast<std::size_t>(pieces) * kBytesPerPiece;
        if (byItself) {
            endFacts(script, terms, report);
        }
        if (facts.content) {
            report.firstToken = contentAt(script, terms);
        }
        const bool callsTool = script.ending == Ending::BrokenToolCall && pieces > 0;
        report.continuable = streams(terms) && !callsTool && !facts.refusal;
    }
    report.judgement = judge(facts);
    if (facts.error || facts.status >= 300) {
        const auto passed = std::chrono::duration_cast<std::chrono::microseconds>(at);
        report.retryAfter = waitNamed(script, report, terms.began + passed);
    }
    return report;
}
} // namespace

PlayedAttempt play(const AttemptScript &script, const AttemptTerms &terms)
{
    const Cut cut = firstLimit(script, terms);
    const auto own = ownEnd(script);
    const bool byItself = own && *own <= cut.at;
    PlayedAttempt played;
    played.end = byItself ? *own : cut.at;
    played.report = reportAt(script, terms, played.end, byItself ? LimitHit::None : cut.limit, byItself);
    const auto content = contentAt(script, terms);
    if (!streams(terms) || !content || *content > played.end) {
        return played;
    }
    played.content = content;
    if (terms.travel != Travel::Stream) {
        return played;
    }
    const base::Duration byTime = heldUntil(*content, terms);
    if (byTime < played.end) {
        played.ready = byTime;
    }
    if (const auto byPieces = enoughAt(script, terms); byPieces && *byPieces <= played.end) {
        played.ready = std::min(played.ready.value_or(*byPieces), *byPieces);
    }
    return played;
}

AttemptReport playedUntil(const AttemptScript &script, const AttemptTerms &terms, base::Duration at)
{
    return reportAt(script, terms, at, LimitHit::None, false);
}

} // namespace signalbox::chain
