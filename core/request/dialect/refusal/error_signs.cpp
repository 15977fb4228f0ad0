// SPDX-License-Identifier: GPL-3.0-or-later
// Three tables, read from top to bottom; the first sign whose outcome the status leaves possible decides.
// Business codes are compared whole. The other signs are looked for anywhere in code, type, signs and
// message, because relays wrap one provider's error into another's text; so a sign is a code, or a phrase
// that nothing else contains. `then` has to follow `words` closely.
#include "core/request/dialect/refusal/error_signs.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>
#include <string_view>

namespace signalbox::dialect {

using events::Outcome;

namespace {
constexpr std::size_t kClosely = 120;

struct BusinessCode {
    std::string_view type;
    std::string_view code;
    Outcome outcome;
};

constexpr BusinessCode kBusinessCodes[] = {
    // MiniMax
    {kMiniMaxType, "1002", Outcome::RateLimited},
    {kMiniMaxType, "1039", Outcome::RateLimited}, // tokens per minute
    {kMiniMaxType, "1041", Outcome::RateLimited}, // connections
    {kMiniMaxType, "1004", Outcome::KeyRefused},
    {kMiniMaxType, "2049", Outcome::KeyRefused},
    {kMiniMaxType, "1008", Outcome::QuotaSpent},
    {kMiniMaxType, "2056", Outcome::QuotaSpent}, // the plan's window
    {kMiniMaxType, "1026", Outcome::Refused},    // input
    {kMiniMaxType, "1027", Outcome::Refused},    // output
    // Z.ai: no type
    {"", "1000", Outcome::KeyRefused},
    {"", "1001", Outcome::KeyRefused},
    {"", "1002", Outcome::KeyRefused},
    {"", "1003", Outcome::KeyRefused},
    {"", "1004", Outcome::KeyRefused},
    {"", "1110", Outcome::KeyRefused}, // the account is inactive, gone, locked
    {"", "1111", Outcome::KeyRefused},
    {"", "1112", Outcome::KeyRefused},
    {"", "1121", Outcome::KeyRefused},
    {"", "1113", Outcome::QuotaSpent},
    {"", "1304", Outcome::QuotaSpent}, // calls of the day
    {"", "1308", Outcome::QuotaSpent}, // the plan's window
    {"", "1309", Outcome::QuotaSpent}, // the plan ended
    {"", "1310", Outcome::QuotaSpent}, // week or month
    {"", "1211", Outcome::ModelMissing},
    {"", "1311", Outcome::ModelMissing}, // not in the plan
    {"", "1261", Outcome::ContextTooLong},
    {"", "1301", Outcome::Refused},
    {"", "1302", Outcome::RateLimited},
    {"", "1303", Outcome::RateLimited},
    {"", "1305", Outcome::RateLimited},
    {"", "1312", Outcome::ServerFailed}, // this model is crowded
};

struct Sign {
    std::string_view words; ///< lower case
    Outcome outcome;
    std::string_view then;
};

/// Signs that would be misread by a later, more general one.
constexpr Sign kParticular[] = {
    // Gemini says "exceeded your current quota" of the minute and of the day: only the quota's name tells.
    {"credits are depleted", Outcome::QuotaSpent},
    {"perday", Outcome::QuotaSpent},
    {"perminute", Outcome::RateLimited},
    {"resource_exhausted", Outcome::RateLimited},
    // Cerebras
    {"per day limit exceeded", Outcome::QuotaSpent},
    {"per minute limit exceeded", Outcome::RateLimited},
    {"token_quota_exceeded", Outcome::RateLimited},
    {"too many tokens per day", Outcome::QuotaSpent},      // Bedrock throttles by the minute in the same code
    {"openrouter_in_flight_budget", Outcome::RateLimited}, // 402, but it passes when other requests end
};

constexpr Sign kGeneral[] = {
    {"insufficient_quota", Outcome::QuotaSpent},
    {"exceeded_current_quota", Outcome::QuotaSpent},
    {"exceeded your current quota", Outcome::QuotaSpent},
    {"quota_exceeded", Outcome::QuotaSpent},
    {"servicequotaexceeded", Outcome::QuotaSpent},
    {"credit_balance_exhausted", Outcome::QuotaSpent},
    {"credit balance is too low", Outcome::QuotaSpent},
    {"billing_error", Outcome::QuotaSpent},
    {"billing_hard_limit_reached", Outcome::QuotaSpent},
    {"billing_not_active", Outcome::QuotaSpent},
    {"insufficient balance", Outcome::QuotaSpent},
    {"insufficient_balance", Outcome::QuotaSpent},
    {"insufficient credits", Outcome::QuotaSpent},
    {"out of credits", Outcome::QuotaSpent},
    {"more credits", Outcome::QuotaSpent},
    {"have any credits", Outcome::QuotaSpent},
    {"monthly included credits", Outcome::QuotaSpent},
    {"spending limit", Outcome::QuotaSpent},
    {"spend limit", Outcome::QuotaSpent},
    {"budget_exceeded", Outcome::QuotaSpent},
    {"budget has been exceeded", Outcome::QuotaSpent},
    {"usage_limit_reached", Outcome::QuotaSpent},
    {"usage_not_included", Outcome::QuotaSpent},
    {"usage limit has been reached", Outcome::QuotaSpent},
    {"reached your usage limit", Outcome::QuotaSpent},
    {"reached your specified api usage limits", Outcome::QuotaSpent}, // Anthropic, with a 400
    {"free-models-per-day", Outcome::QuotaSpent},                     // OpenRouter
    {"openrouter_free_tier_daily", Outcome::QuotaSpent},
    {"calls / month", Outcome::QuotaSpent}, // Cohere's trial keys
    {"arrearage", Outcome::QuotaSpent},     // Alibaba
    {"allocationquota.freetieronly", Outcome::QuotaSpent},

    {"overloaded_error", Outcome::ServerFailed},
    {"server_is_overloaded", Outcome::ServerFailed},
    {"is overloaded", Outcome::ServerFailed},
    {"currently overloaded", Outcome::ServerFailed},
    {"modelnotreadyexception", Outcome::ServerFailed},
    {"insufficient_system_resource", Outcome::ServerFailed},

    {"content_filter", Outcome::Refused},
    {"content_policy_violation", Outcome::Refused},
    {"responsibleaipolicyviolation", Outcome::Refused},
    {"content management policy", Outcome::Refused},
    {"invalid_prompt", Outcome::Refused},
    {"cyber_policy", Outcome::Refused},
    {"bio_policy", Outcome::Refused},
    {"moderation", Outcome::Refused},
    {"flagged", Outcome::Refused},
    {"guardrail", Outcome::Refused},
    {"data_inspection_failed", Outcome::Refused}, // Alibaba
    {"datainspectionfailed", Outcome::Refused},
    {"content exists risk", Outcome::Refused}, // DeepSeek
    {"usage guidelines", Outcome::Refused},    // xAI
    {"prompt was blocked", Outcome::Refused},
    {"prohibited_content", Outcome::Refused},

    {"context_length", Outcome::ContextTooLong},
    {"context length", Outcome::ContextTooLong},
    {"context window", Outcome::ContextTooLong},
    {"contextwindowexceeded", Outcome::ContextTooLong}, // LiteLLM
    {"exceed_context_size_error", Outcome::ContextTooLong},
    {"available context size", Outcome::ContextTooLong},
    {"prompt is too long", Outcome::ContextTooLong},
    {"input is too long", Outcome::ContextTooLong},
    {"input token length too long", Outcome::ContextTooLong}, // Moonshot
    {"exceeded model token limit", Outcome::ContextTooLong},
    {"maximum prompt length", Outcome::ContextTooLong},             // xAI
    {"input token count", Outcome::ContextTooLong, "exceeds"},      // Gemini
    {"range of input length should be", Outcome::ContextTooLong},   // Alibaba
    {"'inputs' tokens", Outcome::ContextTooLong, "max_new_tokens"}, // Together
    {"reduce the length", Outcome::ContextTooLong},
    {"too many tokens", Outcome::ContextTooLong},
    {"request_too_large", Outcome::ContextTooLong},

    {"invalid_api_key", Outcome::KeyRefused},
    {"invalid api key", Outcome::KeyRefused},
    {"incorrect api key", Outcome::KeyRefused},
    {"api key not valid", Outcome::KeyRefused},
    {"api_key_invalid", Outcome::KeyRefused},
    {"api key expired", Outcome::KeyRefused},
    {"authentication_error", Outcome::KeyRefused},
    {"permission_error", Outcome::KeyRefused},
    {"expiredtoken", Outcome::KeyRefused},
    {"organization_restricted", Outcome::KeyRefused},
    {"unsupported_country_region_territory", Outcome::KeyRefused},
    {"location is not supported", Outcome::KeyRefused},

    {"model_not_found", Outcome::ModelMissing},
    {"model_not_available", Outcome::ModelMissing},
    {"model_decommissioned", Outcome::ModelMissing},
    {"invalid_model", Outcome::ModelMissing},
    {"invalid model:", Outcome::ModelMissing},
    {"invalid model name", Outcome::ModelMissing},
    {"deploymentnotfound", Outcome::ModelMissing},
    {"no such model", Outcome::ModelMissing},
    {"unknown model", Outcome::ModelMissing},
    {"not a valid model", Outcome::ModelMissing},
    {"model not exist", Outcome::ModelMissing},
    {"no models loaded", Outcome::ModelMissing},
    {"access to the model", Outcome::ModelMissing},
    {"access to model", Outcome::ModelMissing},
    {"model identifier is invalid", Outcome::ModelMissing},
    {"on-demand throughput", Outcome::ModelMissing}, // Bedrock wants an inference profile
    {"model", Outcome::ModelMissing, "not found"},
    {"model", Outcome::ModelMissing, "does not exist"},
    {"not_found_error", Outcome::ModelMissing},

    {"tool_use_failed", Outcome::BrokenToolCall},
    {"malformed_function_call", Outcome::BrokenToolCall},

    {"rate_limit", Outcome::RateLimited},
    {"rate limit", Outcome::RateLimited},
    {"ratelimit", Outcome::RateLimited},
    {"too_many_requests", Outcome::RateLimited},
    {"too many requests", Outcome::RateLimited},
    {"tokens per min", Outcome::RateLimited},
    {"slow_down", Outcome::RateLimited},
    {"throttling", Outcome::RateLimited},

    {"invalid_request_error", Outcome::BadRequest},
    {"invalid params", Outcome::BadRequest}, // MiniMax
};

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool matches(const Sign &sign, std::string_view words)
{
    std::size_t at = words.find(sign.words);
    while (at != std::string_view::npos && !sign.then.empty()) {
        const std::string_view rest = words.substr(at + sign.words.size(), kClosely);
        if (rest.find(sign.then) != std::string_view::npos) {
            return true;
        }
        at = words.find(sign.words, at + 1);
    }
    return at != std::string_view::npos;
}
} // namespace

std::optional<Outcome> outcomeBySigns(const ProviderError &error, OutcomeSet possible)
{
    for (const BusinessCode &one : kBusinessCodes) {
        if (one.code == error.code && one.type == error.type && (oneOf(one.outcome) & possible) != 0) {
            return one.outcome;
        }
    }
    const std::string words = lower(error.code + ' ' + error.type + ' ' + error.signs + ' ' + error.message);
    const auto says = [&](const Sign &sign) {
        return (oneOf(sign.outcome) & possible) != 0 && matches(sign, words);
    };
    if (const Sign *found = std::ranges::find_if(kParticular, says); found != std::end(kParticular)) {
        return found->outcome;
    }
    const Sign *found = std::ranges::find_if(kGeneral, says);
    return found == std::end(kGeneral) ? std::nullopt : std::optional(found->outcome);
}

} // namespace signalbox::dialect
