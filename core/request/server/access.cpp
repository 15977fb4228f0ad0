// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/access.h"

#include <algorithm>

namespace signalbox::server {

namespace {
constexpr std::size_t kLongestToken = 1024; ///< longer ones are not compared, only refused

std::string_view bearerToken(std::string_view field)
{
    constexpr std::string_view kScheme = "Bearer ";
    if (!http::equalsIgnoringCase(field.substr(0, kScheme.size()), kScheme)) {
        return {};
    }
    field.remove_prefix(kScheme.size());
    field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
    return field;
}
} // namespace

bool isOwnHost(std::string_view host, std::uint16_t port)
{
    const std::size_t colon = host.rfind(':');
    if (colon == std::string_view::npos || host.substr(colon + 1) != std::to_string(port)) {
        return false;
    }
    const std::string_view name = host.substr(0, colon);
    return name == "127.0.0.1" || name == "[::1]" || http::equalsIgnoringCase(name, "localhost");
}

OriginVerdict judgeOrigin(const http::Headers &headers, const AccessRules &rules)
{
    const auto isAllowed = [&](std::string_view origin) {
        return std::find(rules.allowedOrigins.begin(), rules.allowedOrigins.end(), origin)
               != rules.allowedOrigins.end();
    };
    bool allowed = false;
    bool otherSite = false;
    for (const http::Header &field : headers) {
        if (http::equalsIgnoringCase(field.name, "Origin")) {
            if (allowed || !isAllowed(field.value)) {
                return OriginVerdict::Refused;
            }
            allowed = true;
        } else if (http::equalsIgnoringCase(field.name, "Sec-Fetch-Site")) {
            otherSite = otherSite || (field.value != "none" && field.value != "same-origin");
        }
    }
    if (allowed) {
        return OriginVerdict::Allowed;
    }
    return otherSite ? OriginVerdict::Refused : OriginVerdict::NotAPage;
}

TokenVerdict judgeToken(const http::Headers &headers, const AccessRules &rules)
{
    TokenVerdict verdict;
    for (const std::string_view given :
         {bearerToken(headers.find("Authorization").value_or("")), headers.find("x-api-key").value_or("")}) {
        if (given.empty()) {
            continue;
        }
        if (verdict.kind == TokenVerdict::Kind::Missing) {
            verdict.kind = TokenVerdict::Kind::Wrong;
        }
        if (given.size() > kLongestToken) {
            continue;
        }
        for (const auto &[client, token] : rules.tokens) { // to the end, so that the time tells nothing
            if (base::equalInConstantTime(given, token.reveal())) {
                verdict = {TokenVerdict::Kind::Right, client};
            }
        }
    }
    return verdict;
}

} // namespace signalbox::server
