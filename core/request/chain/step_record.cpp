// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/step_record.h"

#include <algorithm>

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

std::string inRoute(const StepRecord &record)
{
    std::string out = "{\"step\":" + std::to_string(record.step) + ",\"provider\":"
                      + asciiQuoted(record.provider) + ",\"model\":" + asciiQuoted(record.model);
    if (record.skipped) {
        out += ",\"skipped\":\"" + std::string(events::toText(*record.skipped)) + "\"";
        return out + (record.detail.empty() ? "}" : ",\"why\":" + asciiQuoted(record.detail) + "}");
    }
    out += record.running
               ? ",\"outcome\":\"Answering\""
               : ",\"outcome\":\""
                     + std::string(events::toText(record.outcome.value_or(events::Outcome::Answered))) + "\"";
    if (record.status != 0) {
        out += ",\"status\":" + std::to_string(record.status);
    }
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(record.took).count();
    return out + ",\"ms\":" + std::to_string(ms) + "}";
}

std::string inWords(const StepRecord &record)
{
    std::string out = std::to_string(record.step) + " " + record.provider + "/" + record.model + ": ";
    out += record.skipped ? "skipped, " + std::string(events::toText(*record.skipped))
                          : std::string(events::toText(record.outcome.value_or(events::Outcome::Answered)));
    return record.detail.empty() ? out : out + " (" + record.detail + ")";
}
} // namespace

std::string routeJson(const std::vector<StepRecord> &records)
{
    std::string out = "[";
    for (const StepRecord &record : records) {
        const std::string one = inRoute(record);
        if (out.size() + one.size() + 8 > kMostRouteBytes) {
            break; // the ledger has it all
        }
        out += (out.size() > 1 ? "," : "") + one;
    }
    return out + "]";
}

FinalAnswer exhausted(const std::string &chain, const std::vector<StepRecord> &records)
{
    FinalAnswer answer;
    std::string message =
        chain.empty() ? "The provider did not answer." : "No step of chain '" + chain + "' answered.";
    for (const StepRecord &record : records) {
        message += " " + inWords(record) + ";";
        if (record.retryAfter) {
            answer.retryAfter = std::min(answer.retryAfter.value_or(*record.retryAfter), *record.retryAfter);
        }
    }
    const auto counted = [](const StepRecord &r) { return r.skipped != events::SkipReason::Disabled; };
    const bool allRateLimited =
        std::ranges::any_of(records, counted)
        && std::ranges::all_of(records, [&](const StepRecord &r) { return !counted(r) || r.rateLimited; });
    if (message.ends_with(';')) {
        message.back() = '.';
    }
    answer.status = allRateLimited ? 429 : 503;
    answer.body = allRateLimited ? errorBody(message, "rate_limit_error", "rate_limit_exceeded")
                                 : errorBody(message, "server_error", "chain_exhausted");
    return answer;
}

std::string errorBody(std::string_view message, std::string_view type, std::string_view code,
                      std::string_view param)
{
    const auto orNull = [](std::string_view text) {
        return text.empty() ? std::string("null") : json::quoted(text);
    };
    return "{\"error\":{\"message\":" + json::quoted(message) + ",\"type\":" + json::quoted(type)
           + ",\"param\":" + orNull(param) + ",\"code\":" + orNull(code) + "}}";
}

} // namespace signalbox::chain
