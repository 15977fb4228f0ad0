// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/routes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace signalbox::server {

namespace {
constexpr std::string_view kApi = "/v1";
constexpr std::string_view kModel = "/models/";
constexpr std::array<std::pair<std::string_view, Endpoint>, 6> kPosts{{
    {"/chat/completions", Endpoint::ChatCompletions},
    {"/responses", Endpoint::Responses},
    {"/messages", Endpoint::Messages},
    {"/messages/count_tokens", Endpoint::CountTokens},
    {"/completions", Endpoint::Completions},
    {"/embeddings", Endpoint::Embeddings},
}};

int hexValue(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/// Well-formed UTF-8 (no overlong forms, no surrogates) without control characters.
bool isPlainText(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto at = [&](std::size_t n) {
            return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0U;
        };
        const unsigned lead = at(0);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || lead < 0x20 || lead == 0x7F) {
            return false;
        }
        for (std::size_t n = 1; n < length; ++n) {
            if ((at(n) & 0xC0U) != 0x80) {
                return false;
            }
        }
        const unsigned second = at(1);
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)
            || (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
            return false;
        }
        i += length;
    }
    return true;
}

std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return isPlainText(out) ? std::optional(out) : std::nullopt;
}

Route served(Endpoint endpoint, std::string_view method, std::string_view allow)
{
    Route route{.endpoint = endpoint, .allow = allow};
    for (std::size_t start = 0; start < allow.size();) {
        const std::size_t end = std::min(allow.find(", ", start), allow.size());
        if (allow.substr(start, end - start) == method) {
            route.match = Route::Match::Found;
            return route;
        }
        start = end + 2;
    }
    route.match = Route::Match::WrongMethod;
    return route;
}
/// A missing or doubled "/v1" is forgiven.
std::string_view withoutPrefix(std::string_view path)
{
    for (int times = 0; times < 2 && path.starts_with(kApi) && path.substr(kApi.size()).starts_with('/');
         ++times) {
        path.remove_prefix(kApi.size());
    }
    return path;
}
} // namespace

Route findRoute(std::string_view method, std::string_view target)
{
    std::string_view path = target.substr(0, target.find('?'));
    if (path == "/") {
        return served(Endpoint::Root, method, "GET, HEAD");
    }
    if (path.size() > 1 && path.ends_with('/')) {
        path.remove_suffix(1);
    }
    if (path == "/health" || path == "/api/hello") { // Claude Code asks for the latter
        return served(Endpoint::Health, method, "GET, HEAD");
    }
    path = withoutPrefix(path);
    const auto post =
        std::ranges::find(kPosts, path, [](const auto &one) { return std::string_view(one.first); });
    if (post != kPosts.end()) {
        return served(post->second, method, "POST");
    }
    if (path == "/models") {
        return served(Endpoint::Models, method, "GET");
    }
    if (path.starts_with(kModel) && path.size() > kModel.size()) {
        auto id = percentDecoded(path.substr(kModel.size()));
        if (!id) {
            return {};
        }
        Route route = served(Endpoint::Model, method, "GET");
        route.modelId = std::move(*id);
        return route;
    }
    const bool kept = path.starts_with("/responses/") || path.starts_with("/chat/completions/")
                      || path.starts_with("/messages/batches");
    return {.match = kept ? Route::Match::Stateful : Route::Match::Unknown};
}

base::Dialect dialectOf(const http::RequestHead &head)
{
    std::string_view path(head.target);
    path = withoutPrefix(path.substr(0, path.find('?')));
    const bool anthropic = path.starts_with("/messages")
                           || (path.starts_with("/models") && head.headers.find("anthropic-version"));
    return anthropic                        ? base::Dialect::Messages
           : path.starts_with("/responses") ? base::Dialect::Responses
                                            : base::Dialect::Chat;
}

std::string_view servedRoutes()
{
    return "POST /v1/chat/completions, /v1/responses, /v1/messages, /v1/messages/count_tokens, "
           "/v1/completions "
           "and /v1/embeddings, GET /v1/models, /v1/models/{id}, /health and /";
}

} // namespace signalbox::server
