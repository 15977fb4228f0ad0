// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes met: {"error":{"message","type","code","param"}} · {"error":"text"} · [{"error":{…}}] ·
// {"message","type","code"} · {"detail":"text"} or {"detail":[{"msg"}]} · {"errors":[{"message"}]} ·
// {"base_resp":{"status_code","status_msg"}} · HTML.
#include "core/request/dialect/provider_error.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include <simdjson.h>

#include <QDateTime>
#include <QLocale>

namespace signalbox::dialect {

using events::Outcome;
namespace dom = simdjson::dom;

namespace {
constexpr std::size_t kMostMessageBytes = 500;
constexpr base::Duration kLongestWait = std::chrono::hours(1);

std::string text(dom::element element)
{
    std::string_view string;
    if (!element.get_string().get(string)) {
        return std::string(string);
    }
    std::int64_t number = 0;
    return element.get_int64().get(number) ? std::string() : std::to_string(number);
}

std::string member(dom::element object, std::string_view key)
{
    dom::element value;
    return object[key].get(value) ? std::string() : text(value);
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

void fromObject(ProviderError &error, dom::element object)
{
    for (const std::string_view key : {"message", "msg", "status_msg"}) {
        if (error.message.empty()) {
            error.message = member(object, key);
        }
    }
    error.type = member(object, "type");
    error.code = member(object, "code");
    error.param = member(object, "param");
    if (error.code.empty()) {
        error.code = member(object, "status_code");
    }
}

void fromRoot(ProviderError &error, dom::element root)
{
    dom::element inner;
    dom::array list;
    if (!root.get_array().get(list)) {
        if (!list.at(0).get(inner)) {
            fromRoot(error, inner);
        }
        return;
    }
    if (!root["error"].get(inner) && inner.is_object()) {
        fromObject(error, inner);
        error.openAiShape = !error.message.empty();
        return;
    }
    fromObject(error, root);
    for (const std::string_view key : {"error", "detail"}) {
        if (error.message.empty()) {
            error.message = member(root, key);
        }
    }
    for (const std::string_view key : {"detail", "errors"}) {
        if (error.message.empty() && !root[key].get_array().get(list) && !list.at(0).get(inner)) {
            fromObject(error, inner);
        }
    }
    if (error.message.empty() && !root["base_resp"].get(inner)) {
        fromObject(error, inner);
    }
}

bool hasAny(std::string_view haystack, std::initializer_list<std::string_view> needles)
{
    return std::ranges::any_of(
        needles, [&](std::string_view one) { return haystack.find(one) != std::string_view::npos; });
}

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool isContextTooLong(std::string_view words)
{
    return hasAny(words,
                  {"context_length_exceeded", "maximum context length", "context window",
                   "prompt is too long", "input is too long", "exceeds the available context size",
                   "exceed_context_size_error", "reduce the length", "exceeds the maximum number of tokens"});
}

bool isQuota(std::string_view words)
{
    return hasAny(words, {"insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached",
                          "billing_not_active", "exceeded_current_quota", "insufficient balance",
                          "insufficient_balance", "credit balance is too low", "insufficient credits",
                          "out of credits"});
}

bool isKeyProblem(std::string_view words)
{
    return hasAny(words, {"invalid_api_key", "api key not valid", "incorrect api key", "authentication_error",
                          "expiredtoken"});
}

bool isModelMissing(std::string_view words)
{
    return hasAny(words, {"model_not_found", "deploymentnotfound", "model not found", "no such model",
                          "unknown model"});
}

/// For an error inside a 200, and for a status that says little.
Outcome byWords(std::string_view words)
{
    if (isQuota(words)) {
        return Outcome::QuotaSpent;
    }
    if (hasAny(words, {"rate_limit", "rate limit", "too_many_requests", "resource_exhausted", "slow_down"})) {
        return Outcome::RateLimited;
    }
    if (isKeyProblem(words)) {
        return Outcome::KeyRefused;
    }
    if (isModelMissing(words)) {
        return Outcome::ModelMissing;
    }
    if (isContextTooLong(words)) {
        return Outcome::ContextTooLong;
    }
    return hasAny(words, {"invalid_request_error"}) ? Outcome::BadRequest : Outcome::ServerFailed;
}
} // namespace

ProviderError readProviderError(std::string_view body)
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
    int status = 0;
    const auto [end, problem] =
        std::from_chars(error.code.data(), error.code.data() + error.code.size(), status);
    if (problem == std::errc() && end == error.code.data() + error.code.size() && status >= 400
        && status < 600) {
        error.statusInBody = status;
    }
    return error;
}

Outcome classify(int status, const ProviderError &error)
{
    const std::string words = lower(error.code + " " + error.type + " " + error.message);
    if (status >= 200 && status < 300) {
        return error.statusInBody != 0 ? classify(error.statusInBody, error) : byWords(words);
    }
    if (status >= 500 || status == 408 || status == 409 || status == 424 || status == 425) {
        return Outcome::ServerFailed;
    }
    switch (status) {
    case 401:
        return Outcome::KeyRefused;
    case 402:
    case 412:
        return Outcome::QuotaSpent;
    case 403:
        return isQuota(words) ? Outcome::QuotaSpent : Outcome::KeyRefused;
    case 404:
        return Outcome::ModelMissing;
    case 413:
        return Outcome::ContextTooLong;
    case 429:
    case 498:
        return isQuota(words) ? Outcome::QuotaSpent : Outcome::RateLimited;
    default:
        break;
    }
    if (status >= 300 && status < 400) {
        return Outcome::Garbled; // redirects are not followed
    }
    // 400 and 422 are not always the client's fault.
    if (isContextTooLong(words)) {
        return Outcome::ContextTooLong;
    }
    if (isKeyProblem(words)) {
        return Outcome::KeyRefused;
    }
    if (isQuota(words)) {
        return Outcome::QuotaSpent;
    }
    return isModelMissing(words) ? Outcome::ModelMissing : Outcome::BadRequest;
}

std::optional<base::Duration> retryAfter(const http::Headers &headers, base::WallTime now)
{
    const auto number = [](std::string_view value) -> std::optional<double> {
        double n = 0;
        const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), n);
        const bool whole = problem == std::errc() && end == value.data() + value.size();
        return whole && std::isfinite(n) && n >= 0 ? std::optional(n) : std::nullopt;
    };
    const auto capped = [](double seconds) {
        const double most = std::chrono::duration<double>(kLongestWait).count();
        return std::chrono::duration_cast<base::Duration>(
            std::chrono::duration<double>(std::min(seconds, most)));
    };
    if (const auto ms = headers.find("retry-after-ms")) {
        if (const auto n = number(*ms)) {
            return capped(*n / 1000);
        }
    }
    const auto value = headers.find("retry-after");
    if (!value) {
        return std::nullopt;
    }
    if (const auto n = number(*value)) {
        return capped(*n);
    }
    // "Fri, 20 Nov 2026 12:00:00 GMT"
    const QString date = QString::fromLatin1(value->data(), static_cast<qsizetype>(value->size()));
    QDateTime at = QLocale::c().toDateTime(date, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    at.setTimeSpec(Qt::UTC);
    if (!at.isValid()) {
        return std::nullopt;
    }
    const double wait = static_cast<double>(at.toMSecsSinceEpoch()) / 1000
                        - std::chrono::duration<double>(now.time_since_epoch()).count();
    return wait >= 0 ? std::optional(capped(wait)) : std::nullopt;
}

} // namespace signalbox::dialect
