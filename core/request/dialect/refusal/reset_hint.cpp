// SPDX-License-Identifier: GPL-3.0-or-later
// The first of these that gives an answer:
//   retry-after-ms: 250.5
//   retry-after:    20 · 1.5 · Fri, 20 Nov 2026 12:00:30 GMT
//   the body:       a field ("34s", 20, epoch), or words: "try again in 6m0s", "retry after 3 seconds",
//                   "regain access on 2026-12-01 at 00:00 UTC"
//   the reset of a limit, told apart by the name's other parts, with `remaining` in place of `reset` beside
//   it:
//     x-ratelimit-reset-requests: 6m0s      OpenAI, Groq        x-ratelimit-reset-tokens: 33   Azure
//     x-ratelimit-reset-requests-day: 33011.4   Cerebras        x-ratelimit-reset: 1741305600000   OpenRouter
//     anthropic-ratelimit-tokens-reset: 2026-11-20T12:00:30Z    anthropic-ratelimit-unified-reset: 1795176030
//     ratelimit-reset: 30   (IETF draft)
// A number there is a wait in seconds if it is small, else a moment since 1970 in seconds or milliseconds.
#include "core/request/dialect/refusal/reset_hint.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <QDateTime>

namespace signalbox::dialect {

using events::Outcome;

namespace {
constexpr std::size_t kLongestValue = 64;
constexpr double kHour = 3600;
constexpr double kFirstEpoch = 1e8;        ///< seconds; as a wait it would be three years
constexpr double kFirstEpochInMs = 1e11;   ///< as seconds it would be the year 5138
constexpr double kEndOfEpochInMs = 1e14;   ///< the year 5138 again
constexpr double kShortestQuotaWait = 120; ///< see plausible()

double secondsSince1970(base::WallTime at)
{
    return std::chrono::duration<double>(at.time_since_epoch()).count();
}

/// A whole, finite number that is not negative.
std::optional<double> number(std::string_view text)
{
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = problem == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<double> secondsIn(std::string_view unit)
{
    struct Unit {
        std::string_view name;
        double seconds;
    };
    static constexpr Unit kUnits[] = {
        {"ns", 1e-9},       {"us", 1e-6}, {"µs", 1e-6},  {"ms", 1e-3},    {"millisecond", 1e-3},
        {"s", 1},           {"sec", 1},   {"second", 1}, {"m", 60},       {"min", 60},
        {"minute", 60},     {"h", kHour}, {"hr", kHour}, {"hour", kHour}, {"d", 24 * kHour},
        {"day", 24 * kHour}};
    const bool plural = unit.size() > 2 && unit.ends_with('s') && unit != "µs";
    const auto *found =
        std::ranges::find(kUnits, plural ? unit.substr(0, unit.size() - 1) : unit, &Unit::name);
    return found == std::end(kUnits) ? std::nullopt : std::optional(found->seconds);
}

/// Numbers, each with its unit: "1h2m", "34.07s", "2 minutes 5 seconds". Takes off `text` what it has read.
std::optional<double> takeDuration(std::string_view &text)
{
    const auto isUnit = [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; };
    std::optional<double> sum;
    for (;;) {
        std::string_view rest = text.substr(std::min(text.find_first_not_of(' '), text.size()));
        double value = 0;
        const auto [end, problem] =
            std::from_chars(rest.data(), rest.data() + rest.size(), value, std::chars_format::fixed);
        if (problem != std::errc() || !std::isfinite(value) || value < 0) {
            return sum;
        }
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        rest.remove_prefix(rest.starts_with(' ') ? 1 : 0);
        const auto *const unitEnd = std::ranges::find_if_not(rest, isUnit);
        const auto unit = secondsIn(rest.substr(0, static_cast<std::size_t>(unitEnd - rest.begin())));
        if (!unit) {
            return sum;
        }
        sum = sum.value_or(0) + value * *unit;
        rest.remove_prefix(static_cast<std::size_t>(unitEnd - rest.begin()));
        text = rest;
    }
}

/// RFC 3339 or HTTP date, in seconds since 1970.
std::optional<double> date(std::string_view text)
{
    QString string = QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
    QDateTime at = QDateTime::fromString(string, Qt::ISODateWithMs);
    if (!at.isValid()) { // with its offset, so that this machine's time zone has no say in it
        at = QDateTime::fromString(string.replace(QStringLiteral("GMT"), QStringLiteral("+0000")),
                                   Qt::RFC2822Date);
    }
    if (at.timeSpec() == Qt::LocalTime) {
        at.setTimeSpec(Qt::UTC);
    }
    return at.isValid() ? std::optional(static_cast<double>(at.toMSecsSinceEpoch()) / 1000) : std::nullopt;
}

std::optional<double> until(std::optional<double> moment, base::WallTime now)
{
    const double wait = moment.value_or(0) - secondsSince1970(now);
    return moment && wait >= 0 ? std::optional(wait) : std::nullopt;
}

/// A wait or a moment in any of the forms.
std::optional<double> wait(std::string_view text, base::WallTime now)
{
    if (text.empty() || text.size() > kLongestValue) {
        return std::nullopt;
    }
    if (const auto value = number(text)) {
        if (*value < kFirstEpoch) {
            return value;
        }
        const double moment = *value < kFirstEpochInMs ? *value : *value / 1000;
        return *value < kEndOfEpochInMs ? until(moment, now) : std::nullopt;
    }
    std::string_view rest = text;
    if (const auto duration = takeDuration(rest); duration && rest.empty()) {
        return duration;
    }
    return until(date(text), now);
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::optional<double> retryAfter(const http::Headers &headers, base::WallTime now)
{
    if (const auto ms = number(headers.find("retry-after-ms").value_or(""))) {
        return *ms / 1000;
    }
    const std::string_view value = headers.find("retry-after").value_or("");
    const auto seconds = number(value); // however large: no epoch is allowed here
    return seconds ? seconds : wait(value, now);
}

std::optional<double> byWords(std::string_view message, base::WallTime now)
{
    const std::string words = lower(message);
    for (const std::string_view lead :
         {"again in ", "retry in ", "retry after ", "again after ", "reset in "}) {
        const std::size_t at = words.find(lead);
        std::string_view rest =
            std::string_view(words).substr(at == std::string::npos ? words.size() : at + lead.size());
        if (const auto duration = takeDuration(rest)) {
            return duration;
        }
    }
    constexpr std::string_view kRegain = "regain access on "; // "2026-12-01 at 00:00 utc"
    const std::size_t at = words.find(kRegain);
    if (at == std::string::npos || words.size() < at + kRegain.size() + 19) {
        return std::nullopt;
    }
    const std::string_view moment = std::string_view(words).substr(at + kRegain.size(), 19);
    return until(date(std::string(moment.substr(0, 10)) + 'T' + std::string(moment.substr(14, 5)) + ":00Z"),
                 now);
}

/// One limit of the provider's.
struct Window {
    double reset = 0;
    std::optional<double> left; ///< unknown where it is not said
    bool requests = false;      ///< counts requests, not tokens
};

std::vector<Window> windows(const http::Headers &headers, base::WallTime now)
{
    constexpr std::string_view kReset = "reset";
    std::vector<Window> found;
    for (const http::Header &header : headers) {
        std::string name = lower(header.name);
        const std::size_t at = name.rfind(kReset);
        const bool limit =
            name.find("ratelimit") != std::string::npos || name.find("tokenlimit") != std::string::npos;
        const auto reset = at == std::string::npos || !limit ? std::nullopt : wait(header.value, now);
        if (!reset || *reset <= 0) {
            continue; // Azure says 0, with -1 left, where it does not know
        }
        Window window{.reset = *reset, .requests = name.find("req") != std::string::npos};
        window.left =
            number(headers.find(std::string(name).replace(at, kReset.size(), "remaining")).value_or(""));
        const auto status = headers.find(name.replace(at, kReset.size(), "status"));
        if (status == "rejected") {
            window.left = 0; // Anthropic's subscriptions
        }
        found.push_back(window);
    }
    return found;
}

/// The longest of the limits that are used up. Where none says so, a request was too large for what is left
/// of its tokens: the longest of those then, for a single request fits wherever requests are left. A spent
/// quota is no matter of size.
std::optional<double> byWindows(const std::vector<Window> &windows, bool quota)
{
    const auto longest = [&](auto counts) {
        std::optional<double> most;
        for (const Window &one : windows) {
            if (counts(one)) {
                most = std::max(most.value_or(0), one.reset);
            }
        }
        return most;
    };
    const auto usedUp = longest([](const Window &one) { return one.left && *one.left < 1; });
    return usedUp ? usedUp
                  : longest([&](const Window &one) { return !one.left || (!quota && !one.requests); });
}
} // namespace

std::optional<base::Duration> resetHint(const http::Headers &headers, const ProviderError &error,
                                        Outcome outcome, base::WallTime now)
{
    const bool quota = outcome == Outcome::QuotaSpent;
    // A spent quota is not back in seconds: what says so is the pace of the limiter beside it (Gemini's
    // RetryInfo for the quota of a day, OpenAI's reset of the minute).
    const auto plausible = [&](std::optional<double> seconds) {
        return seconds && (!quota || *seconds >= kShortestQuotaWait) ? seconds : std::nullopt;
    };
    std::optional<double> seconds = plausible(retryAfter(headers, now));
    for (const std::string *field : {&error.retryDelay, &error.resetTime}) {
        const auto named = seconds ? std::nullopt : wait(*field, now);
        seconds = named && *named > 0 ? plausible(named) : seconds;
    }
    if (!seconds) {
        seconds = plausible(byWords(error.message, now));
    }
    if (!seconds && (quota || outcome == Outcome::RateLimited)) { // others have nothing to do with the limits
        seconds = plausible(byWindows(windows(headers, now), quota));
    }
    if (!seconds) {
        return std::nullopt;
    }
    const double most = quota ? 31 * 24 * kHour : kHour;
    return std::chrono::duration_cast<base::Duration>(
        std::chrono::duration<double>(std::min(*seconds, most)));
}

} // namespace signalbox::dialect
