// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes met: {"error":{"message","type","code","param"}} · {"error":"text"} · [{"error":{…}}] ·
// {"message","type","code"} · {"message":{"detail":[{"msg"}]}} · {"detail":"text"} or {"detail":[{"msg"}]} ·
// {"errors":[{"message"}]} ·
// {"base_resp":{"status_code","status_msg"}} · {"Message","__type"} · {"response":{"error":{…}}} ·
// {"promptFeedback":{"blockReason"}} · {"choices":[{"finish_reason"}]} · HTML.
// Beside the message, more about the cause:
//   Google      "status", "details":[{"reason","retryDelay","violations":[{"quotaId"}]}]
//   Azure       "innererror":{"code"}
//   OpenRouter  "metadata":{"error_type","limit_source","raw","reasons":[…],"headers":{"X-RateLimit-Reset"}}
//   Bedrock     the field x-amzn-ErrorType: "ThrottlingException:http://…"
//   waits       "retry_after", "estimated_time", "resets_in_seconds" in seconds, "resets_at" in epoch seconds
#include "core/request/dialect/refusal/provider_error.h"

#include <algorithm>
#include <charconv>

#include <simdjson.h>

#include "core/request/dialect/refusal/error_signs.h"

namespace signalbox::dialect {

using events::Outcome;
namespace dom = simdjson::dom;

namespace {
constexpr std::size_t kMostMessageBytes = 500;
constexpr std::size_t kMostSignBytes = 2000;

std::string text(dom::element element)
{
    std::string_view string;
    std::int64_t whole = 0;
    double number = 0;
    if (!element.get_string().get(string)) {
        return std::string(string);
    }
    if (!element.get_int64().get(whole)) {
        return std::to_string(whole);
    }
    return element.get_double().get(number) ? std::string() : std::to_string(number);
}

std::string member(dom::element object, std::string_view key)
{
    dom::element value;
    return object[key].get(value) ? std::string() : text(value);
}

std::string firstMember(dom::element object, std::initializer_list<std::string_view> keys)
{
    std::string value;
    for (const std::string_view key : keys) {
        value = member(object, key);
        if (!value.empty()) {
            break;
        }
    }
    return value;
}

template<typename Visit>
void each(dom::element object, std::string_view key, Visit visit)
{
    dom::array list;
    if (!object[key].get_array().get(list)) {
        for (const dom::element one : list) {
            visit(one);
        }
    }
}

void addSign(ProviderError &error, std::string_view sign)
{
    if (!sign.empty() && error.signs.size() < kMostSignBytes) {
        error.signs.append(error.signs.empty() ? "" : " ").append(sign.substr(0, kMostMessageBytes));
    }
}

/// Without markup, runs of blanks as one, cut at a whole character.
std::string plain(std::string_view raw)
{
    std::string out;
    bool tag = false;
    for (const char c : raw) {
        if (c == '<') {
            tag = true;
        } else if (c == '>' && tag) {
            tag = false;
            out.push_back(' ');
        } else if (!tag) {
            out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
        }
    }
    const auto bothBlank = [](char a, char b) { return a == ' ' && b == ' '; };
    out.erase(std::unique(out.begin(), out.end(), bothBlank), out.end());
    while (!out.empty() && out.front() == ' ') {
        out.erase(0, 1);
    }
    if (out.size() > kMostMessageBytes) {
        std::size_t end = kMostMessageBytes;
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) {
            --end;
        }
        out.resize(end);
    }
    while (!out.empty() && out.back() == ' ') {
        out.pop_back();
    }
    return out;
}

void signsOfDetail(ProviderError &error, dom::element detail)
{
    addSign(error, member(detail, "reason"));
    each(detail, "violations", [&](dom::element one) { addSign(error, member(one, "quotaId")); });
    if (error.retryDelay.empty()) {
        error.retryDelay = member(detail, "retryDelay");
    }
}

void signsOfMetadata(ProviderError &error, dom::element metadata)
{
    for (const std::string_view key : {"error_type", "limit_source", "raw"}) {
        addSign(error, member(metadata, key));
    }
    dom::element found;
    if (!metadata["reasons"].get(found)) {
        addSign(error, "flagged");
    }
    if (!metadata["headers"].get(found)) {
        error.resetTime = firstMember(found, {"X-RateLimit-Reset", "x-ratelimit-reset"});
    }
}

void fromObject(ProviderError &error, dom::element object);

/// A text, an object, or a list that begins with one of these.
void fromValue(ProviderError &error, dom::element value)
{
    dom::array list;
    dom::element first;
    if (!value.get_array().get(list)) {
        if (!list.at(0).get(first) && !first.is_array()) {
            fromValue(error, first);
        }
    } else if (value.is_object()) {
        fromObject(error, value);
    } else {
        error.message = text(value);
    }
}

void fill(std::string &field, dom::element object, std::initializer_list<std::string_view> keys)
{
    if (field.empty()) {
        field = firstMember(object, keys);
    }
}

void fromObject(ProviderError &error, dom::element object)
{
    fill(error.message, object, {"message", "msg", "status_msg", "Message"});
    fill(error.type, object, {"type", "__type"});
    fill(error.code, object, {"code", "status_code", "statusCode"});
    fill(error.param, object, {"param"});
    fill(error.retryDelay, object, {"retry_after", "estimated_time", "resets_in_seconds"});
    fill(error.resetTime, object, {"resets_at"});
    addSign(error, member(object, "status"));
    dom::element inner;
    if (!object["innererror"].get(inner)) {
        addSign(error, member(inner, "code"));
    }
    if (!object["metadata"].get(inner)) {
        signsOfMetadata(error, inner);
    }
    each(object, "details", [&](dom::element detail) { signsOfDetail(error, detail); });
    for (const std::string_view key : {"error", "detail", "errors", "message"}) {
        if (error.message.empty() && !object[key].get(inner)) {
            fromValue(error, inner);
        }
    }
}

void fromRoot(ProviderError &error, dom::element root)
{
    dom::element inner;
    dom::array list;
    if (!root.get_array().get(list)) {
        if (!list.at(0).get(inner) && inner.is_object()) {
            fromRoot(error, inner);
        }
        return;
    }
    if (!root["error"].get(inner) && inner.is_object()) {
        fromObject(error, inner);
    } else if (!root["response"]["error"].get(inner) && inner.is_object()) {
        fromObject(error, inner);
    } else if (!root["base_resp"].get(inner) && inner.is_object()) {
        error.type = kMiniMaxType;
        fromObject(error, inner);
    } else if (!root["promptFeedback"]["blockReason"].get(inner)) {
        error.message = "the prompt was blocked: " + text(inner);
    } else if (!root["choices"].at(0)["finish_reason"].get(inner)) {
        error.message = "the answer ended with " + text(inner);
    } else {
        fromObject(error, root);
    }
}

/// Where `code` is an HTTP status, written as a number or as digits.
int statusOf(std::string_view code)
{
    int status = 0;
    const auto [end, problem] = std::from_chars(code.data(), code.data() + code.size(), status);
    const bool whole = problem == std::errc() && end == code.data() + code.size();
    return whole && status >= 400 && status < 600 ? status : 0;
}

struct StatusRule {
    int first;
    int last;
    Outcome usual;
    OutcomeSet unless; ///< the error's own signs say so
};

// Statuses that are not here are the client's fault unless the signs say otherwise: 400 and 422 before all.
constexpr OutcomeSet kUnlessClientsFault =
    oneOf(Outcome::QuotaSpent, Outcome::ServerFailed, Outcome::Refused, Outcome::ContextTooLong,
          Outcome::KeyRefused, Outcome::ModelMissing, Outcome::BrokenToolCall, Outcome::RateLimited);
constexpr StatusRule kStatusRules[] = {
    // An error inside a success: only the signs tell.
    {200, 299, Outcome::ServerFailed, kUnlessClientsFault | oneOf(Outcome::BadRequest)},
    {300, 399, Outcome::Garbled, 0}, // redirects are not followed
    {401, 401, Outcome::KeyRefused, oneOf(Outcome::QuotaSpent)},
    {402, 402, Outcome::QuotaSpent, oneOf(Outcome::RateLimited)},
    {403, 403, Outcome::KeyRefused,
     oneOf(Outcome::QuotaSpent, Outcome::Refused, Outcome::ContextTooLong, Outcome::ModelMissing,
           Outcome::RateLimited)},
    {404, 405, Outcome::ModelMissing, 0}, // or the path: neither is there
    {408, 409, Outcome::ServerFailed, 0},
    {410, 410, Outcome::ModelMissing, 0},
    {412, 412, Outcome::QuotaSpent, 0}, // Portkey's budget, Fireworks' suspended account
    {413, 413, Outcome::ContextTooLong,
     oneOf(Outcome::RateLimited, Outcome::QuotaSpent)}, // Groq: above the TPM
    {424, 425, Outcome::ServerFailed, 0},
    {429, 429, Outcome::RateLimited, oneOf(Outcome::QuotaSpent, Outcome::ServerFailed, Outcome::RateLimited)},
    {446, 446, Outcome::Refused, 0},      // Portkey's guardrail
    {498, 498, Outcome::RateLimited, 0},  // Groq's flex capacity
    {499, 499, Outcome::ServerFailed, 0}, // cancelled, and not by us
    {500, 599, Outcome::ServerFailed,
     oneOf(Outcome::QuotaSpent, Outcome::ContextTooLong, Outcome::ModelMissing)},
};
} // namespace

ProviderError readProviderError(std::string_view body, const http::Headers &headers)
{
    ProviderError error;
    dom::parser parser;
    dom::element root;
    if (!parser.parse(body.data(), body.size()).get(root)) {
        fromRoot(error, root);
    }
    error.message = plain(error.message.empty() ? body : std::string_view(error.message));
    if (error.message.empty()) {
        error.message = "no explanation given";
    }
    const std::string_view named = headers.find("x-amzn-errortype").value_or("");
    if (error.type.empty()) {
        error.type = named.substr(0, named.find(':'));
    }
    error.statusInBody = statusOf(error.code);
    return error;
}

Outcome classify(int status, const ProviderError &error)
{
    if (status >= 200 && status < 300 && error.statusInBody != 0) {
        status = error.statusInBody;
    }
    StatusRule rule{status, status, Outcome::BadRequest, kUnlessClientsFault};
    for (const StatusRule &one : kStatusRules) {
        if (status >= one.first && status <= one.last) {
            rule = one;
            break;
        }
    }
    return outcomeBySigns(error, rule.unless).value_or(rule.usual);
}

} // namespace signalbox::dialect
