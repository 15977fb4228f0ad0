// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/step_record.h"

#include <algorithm>
#include <cmath>

#include "core/foundation/json/splice.h"

namespace signalbox::chain {

namespace {
constexpr std::size_t kMostRouteBytes = 4096;

/// A JSON string that may stand in a header field: everything beyond ASCII is escaped away.
std::string asciiQuoted(std::string_view text)
{
    std::string out = json::quoted(text);
    std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) >= 0x7f; }, '?');
    return out;
}

/// How much is told of each step.
enum class Telling { All, ShortDetail, NoDetail, NoPhases };

std::string inMs(base::Duration took)
{
    // Whole tenths: what the locale thinks of a decimal point does not matter.
    const std::int64_t tenths = std::llround(base::toMs(took) * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string phasesJson(const events::Phases &phases)
{
    std::string out;
    const auto phase = [&out](const char *name, base::Duration took) {
        if (took > base::Duration{}) {
            out += (out.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + inMs(took);
        }
    };
    phase("queue", phases.queue);
    phase("dns", phases.dns);
    phase("connect", phases.connect);
    phase("tls", phases.tls);
    phase("wait", phases.firstByte);
    phase("firstToken", phases.firstToken);
    phase("stream", phases.stream());
    return out.empty() ? "{}" : out + "}";
}

std::string told(std::string_view detail, Telling telling)
{
    constexpr std::size_t kShort = 40;
    if (telling == Telling::All || detail.size() <= kShort) {
        return std::string(detail);
    }
    return std::string(detail.substr(0, kShort)) + "...";
}

std::string inRoute(const StepRecord &record, Telling telling)
{
    std::string out = "{\"step\":" + std::to_string(record.step) + ",\"provider\":"
                      + asciiQuoted(record.provider) + ",\"model\":" + asciiQuoted(record.model);
    if (record.skipped) {
        out += ",\"skipped\":\"" + std::string(events::toText(*record.skipped)) + "\"";
        const bool why = !record.detail.empty() && telling < Telling::NoDetail;
        return out + (why ? ",\"why\":" + asciiQuoted(told(record.detail, telling)) + "}" : "}");
    }
    out += record.running
               ? ",\"outcome\":\"Answering\""
               : ",\"outcome\":\""
                     + std::string(events::toText(record.outcome.value_or(events::Outcome::Answered))) + "\"";
    if (record.status != 0) {
        out += ",\"status\":" + std::to_string(record.status);
    }
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(record.took).count();
    out += ",\"ms\":" + std::to_string(ms);
    if (telling < Telling::NoPhases) {
        out += ",\"phases\":" + phasesJson(record.phases);
    }
    const bool known = record.costKnown && record.cost;
    out += ",\"costUsd\":" + (known ? "\"" + base::formatDollars(*record.cost) + "\"" : "null");
    if (!record.breakerBefore.empty()) {
        out += ",\"breaker\":" + asciiQuoted(record.breakerBefore);
        if (!record.breakerAfter.empty()) {
            out.back() = '-';
            out += ">" + record.breakerAfter + "\"";
        }
    }
    if (record.kind != events::AttemptKind::First && record.kind != events::AttemptKind::Fallback) {
        out += ",\"kind\":\"" + std::string(events::toText(record.kind)) + "\"";
    }
    if (!record.drill.empty()) {
        out += ",\"drill\":" + asciiQuoted(record.drill);
    }
    return out + "}";
}

std::string inWords(const StepRecord &record)
{
    std::string out = std::to_string(record.step) + " " + record.provider + "/" + record.model + ": ";
    out += record.skipped ? "skipped, " + std::string(events::toText(*record.skipped))
                          : std::string(events::toText(record.outcome.value_or(events::Outcome::Answered)));
    return record.detail.empty() ? out : out + " (" + record.detail + ")";
}
/// Steps that were never meant for this request do not make its answer a fallback.
bool isInTheWay(const StepRecord &one)
{
    using events::Outcome;
    using events::SkipReason;
    if (one.skipped) {
        switch (*one.skipped) {
        case SkipReason::Disabled:
        case SkipReason::Condition:
        case SkipReason::Capability:
        case SkipReason::ContextTooSmall:
        case SkipReason::Private:
            return false;
        default:
            return true;
        }
    }
    return one.outcome != Outcome::Answered && one.outcome != Outcome::Superseded;
}

bool isAnswer(const StepRecord &one)
{
    using events::Outcome;
    return one.running || one.outcome == Outcome::Answered || one.outcome == Outcome::Refused
           || one.outcome == Outcome::Looping || one.outcome == Outcome::BrokenToolCall;
}
} // namespace

const StepRecord *servedBy(const std::vector<StepRecord> &records)
{
    const auto it = std::find_if(records.rbegin(), records.rend(), isAnswer);
    return it == records.rend() ? nullptr : &*it;
}

events::RequestOutcome answeredOutcome(const std::vector<StepRecord> &records)
{
    const StepRecord *const served = servedBy(records);
    const bool fallback = std::ranges::any_of(
        records, [&](const StepRecord &one) { return &one != served && isInTheWay(one); });
    return fallback ? events::RequestOutcome::AnsweredByFallback : events::RequestOutcome::Answered;
}

bool isClientsFault(const std::vector<StepRecord> &records, bool direct)
{
    using events::Outcome;
    const auto final = [&](const StepRecord &one) {
        return one.outcome == Outcome::BadRequest || one.outcome == Outcome::Refused
               || (direct && one.outcome == Outcome::ModelMissing);
    };
    const auto tooLong = [](const StepRecord &one) {
        return one.skipped || one.outcome == Outcome::ContextTooLong;
    };
    return std::ranges::any_of(records, final) || std::ranges::all_of(records, tooLong);
}

std::string routeJson(const std::vector<StepRecord> &records)
{
    for (const Telling telling : {Telling::All, Telling::ShortDetail, Telling::NoDetail, Telling::NoPhases}) {
        std::string out = "[";
        bool whole = true;
        for (const StepRecord &record : records) {
            const std::string one = inRoute(record, telling);
            if (out.size() + one.size() + 2 > kMostRouteBytes) {
                whole = false;
                break; // the ledger has it all
            }
            out += (out.size() > 1 ? "," : "") + one;
        }
        if (whole || telling == Telling::NoPhases) {
            return out + "]";
        }
    }
    return "[]";
}

std::string joined(const std::vector<std::string> &names)
{
    std::string out;
    for (const std::string &name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

FinalAnswer exhausted(const std::string &chain, const std::vector<StepRecord> &records)
{
    FinalAnswer answer;
    const bool asked = std::ranges::any_of(records, [](const StepRecord &r) { return !r.skipped; });
    std::string message = !chain.empty() ? "No step of chain '" + chain + "' answered."
                          : asked        ? "The provider did not answer."
                                         : "The provider was not asked.";
    for (const StepRecord &record : records) {
        message += " " + inWords(record) + ";";
        if (record.retryAfter) {
            answer.retryAfter = std::min(answer.retryAfter.value_or(*record.retryAfter), *record.retryAfter);
        }
    }
    const auto counted = [](const StepRecord &r) {
        return r.skipped != events::SkipReason::Disabled && r.skipped != events::SkipReason::FinalAnswer;
    };
    const bool allRateLimited =
        std::ranges::any_of(records, counted)
        && std::ranges::all_of(records, [&](const StepRecord &r) { return !counted(r) || r.rateLimited; });
    if (message.ends_with(';')) {
        message.back() = '.';
    }
    if (std::ranges::any_of(records, counted) && std::ranges::all_of(records, [&](const StepRecord &r) {
            return !counted(r) || r.skipped == events::SkipReason::Capability
                   || r.skipped == events::SkipReason::ContextTooSmall;
        })) {
        answer.failure = {.status = 400,
                          .message = std::move(message),
                          .type = "invalid_request_error",
                          .code = "no_step_fits",
                          .param = {}};
        return answer;
    }
    answer.failure.status = allRateLimited ? 429 : 503;
    answer.failure.message = std::move(message);
    answer.failure.type = allRateLimited ? "rate_limit_error" : "server_error";
    answer.failure.code = allRateLimited ? "rate_limit_exceeded" : "chain_exhausted";
    return answer;
}

} // namespace signalbox::chain
