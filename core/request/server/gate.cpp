// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/gate.h"

#include <algorithm>
#include <optional>

namespace signalbox::server {

namespace {
using Kind = Verdict::Kind;

void refuse(Verdict &verdict, int status, std::string code, std::string message)
{
    verdict.kind = Kind::Refuse;
    verdict.refusal = {status, std::move(code), std::move(message), false};
}

/// The path for an error message, when it is fit to be shown.
std::string shown(std::string_view target)
{
    target = target.substr(0, target.find('?'));
    const bool plain = target.size() <= 200 && std::all_of(target.begin(), target.end(), [](char c) {
                           return c > ' ' && c < '\x7f';
                       });
    return plain ? std::string(target) : "This path";
}

bool isJson(std::string_view contentType)
{
    std::string_view media = contentType.substr(0, contentType.find(';'));
    media = media.substr(0, media.find_last_not_of(" \t") + 1);
    return http::equalsIgnoringCase(media, "application/json");
}

bool isFieldNameList(std::string_view list)
{
    return std::all_of(list.begin(), list.end(), [](char c) {
        return c == ',' || c == ' ' || http::isValidFieldName(std::string_view(&c, 1));
    });
}

void answerPreflight(Verdict &verdict, const http::RequestHead &head)
{
    verdict.kind = Kind::Preflight;
    verdict.fields.add("Access-Control-Allow-Methods", "GET, POST");
    const auto wanted = head.headers.find("Access-Control-Request-Headers");
    if (wanted
        && isFieldNameList(*wanted)) { // the origin is trusted; which fields it sends is its own affair
        verdict.fields.add("Access-Control-Allow-Headers", *wanted);
    }
    if (head.headers.find("Access-Control-Request-Private-Network") == "true") {
        verdict.fields.add("Access-Control-Allow-Private-Network", "true");
    }
    verdict.fields.add("Access-Control-Max-Age", "600");
}

/// Where it was sent to, and on whose behalf.
bool passesBrowserChecks(Verdict &verdict, const http::RequestHead &head, const AccessRules &rules)
{
    const auto host = head.headers.find("Host");
    if (head.headers.count("Host") != 1 || !isOwnHost(*host, rules.port)) {
        refuse(verdict, 421, "wrong_host",
               "The Host header must be 127.0.0.1, localhost or [::1] with port "
                   + std::to_string(rules.port));
        return false;
    }
    const OriginVerdict origin = judgeOrigin(head.headers, rules);
    if (origin == OriginVerdict::Refused) {
        refuse(verdict, 403, "origin_not_allowed",
               "Web pages may not use Signalbox unless their origin is listed in server.allowedOrigins");
        return false;
    }
    if (origin == OriginVerdict::Allowed) {
        verdict.allowedOrigin = *head.headers.find("Origin");
        if (head.method == "OPTIONS" && head.headers.find("Access-Control-Request-Method")) {
            answerPreflight(verdict, head);
            return false;
        }
    }
    return true;
}

bool passesProtocolChecks(Verdict &verdict, const http::RequestHead &head)
{
    if (head.headers.find("Upgrade")) {
        refuse(verdict, 426, "upgrade_not_supported",
               "Only plain HTTP/1.1 is spoken here: no WebSocket, no HTTP/2");
        verdict.fields.add("Upgrade", "HTTP/1.1");
        return false;
    }
    const auto expectation = head.headers.find("Expect");
    if (expectation && head.minor == 1) {
        if (head.headers.count("Expect") > 1 || !http::equalsIgnoringCase(*expectation, "100-continue")) {
            refuse(verdict, 417, "expectation_failed", "The only expectation understood is 100-continue");
            return false;
        }
        verdict.expectsContinue = true;
    }
    return true;
}

bool passesTokenCheck(Verdict &verdict, const http::RequestHead &head, const AccessRules &rules)
{
    const TokenVerdict token = judgeToken(head.headers, rules);
    verdict.client = token.client;
    if (token.kind == TokenVerdict::Kind::Right || !rules.requireToken) {
        return true;
    }
    if (token.kind == TokenVerdict::Kind::Wrong) {
        verdict.wrongToken = true;
        refuse(
            verdict, 401, "invalid_api_key",
            "This is not the token of any client of Signalbox: copy the tool's token from the Clients page");
    } else {
        refuse(verdict, 401, "missing_api_key",
               "A client token is needed: send it as 'Authorization: Bearer …' or 'x-api-key: …'. The "
               "Clients page "
               "of Signalbox shows it");
    }
    verdict.fields.add("WWW-Authenticate", "Bearer");
    return false;
}

bool passesRouting(Verdict &verdict, const http::RequestHead &head, const Route &route)
{
    switch (route.match) {
    case Route::Match::Found:
        return true;
    case Route::Match::WrongMethod:
        refuse(verdict, 405, "method_not_allowed",
               shown(head.target) + " is served with " + std::string(route.allow) + " only");
        verdict.fields.add("Allow", route.allow);
        return false;
    case Route::Match::Stateful:
        refuse(verdict, 404, "not_served",
               shown(head.target) + " needs answers to be kept, which Signalbox does not do. It serves "
                   + std::string(servedRoutes()));
        return false;
    case Route::Match::Unknown:
        break;
    }
    refuse(verdict, 404, "unknown_url",
           shown(head.target) + " is not served. Signalbox serves " + std::string(servedRoutes()));
    return false;
}

bool passesBodyChecks(Verdict &verdict, const http::RequestHead &head)
{
    if (head.method != "POST") {
        return true;
    }
    if (head.headers.count("Content-Type") != 1 || !isJson(*head.headers.find("Content-Type"))) {
        refuse(verdict, 415, "unsupported_content_type", "The Content-Type must be application/json");
        return false;
    }
    const auto coding = head.headers.count("Content-Encoding") > 1
                            ? std::nullopt
                            : http::contentCoding(head.headers.find("Content-Encoding"));
    if (!coding) {
        refuse(verdict, 415, "unsupported_content_encoding",
               "The Content-Encoding must be gzip, zstd or none");
        verdict.fields.add("Accept-Encoding", "gzip, zstd");
        return false;
    }
    verdict.coding = *coding;
    return true;
}
} // namespace

Verdict judge(const http::RequestHead &head, const AccessRules &rules)
{
    Verdict verdict;
    if (!passesBrowserChecks(verdict, head, rules) || !passesProtocolChecks(verdict, head)) {
        return verdict;
    }
    Route route = findRoute(head.method, head.target);
    const bool open = route.match == Route::Match::Found
                      && (route.endpoint == Endpoint::Root || route.endpoint == Endpoint::Health);
    if ((!open && !passesTokenCheck(verdict, head, rules)) || !passesRouting(verdict, head, route)
        || !passesBodyChecks(verdict, head)) {
        return verdict;
    }
    verdict.endpoint = route.endpoint;
    verdict.modelId = std::move(route.modelId);
    return verdict;
}

} // namespace signalbox::server
