// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/outgoing_request.h"

#include <algorithm>

namespace signalbox::provider {

using base::ErrorCode;
using base::Result;

namespace {

/// Fields the client declared to be for one hop only (RFC 9110 §7.6.1).
bool isNamedByConnection(const http::Headers &fromClient, std::string_view name)
{
    for (const http::Header &field : fromClient) {
        if (!http::equalsIgnoringCase(field.name, "connection")) {
            continue;
        }
        std::string_view rest = field.value;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            std::string_view token = rest.substr(0, comma);
            rest.remove_prefix(std::min(comma + 1, rest.size()));
            const std::size_t start = std::min(token.find_first_not_of(" \t"), token.size());
            token = token.substr(start, token.find_last_not_of(" \t") + 1 - start);
            if (http::equalsIgnoringCase(token, name)) {
                return true;
            }
        }
    }
    return false;
}

/// Printable ASCII: what every provider's keys are made of. A line break from a careless paste ends here.
bool isUsableKey(std::string_view key)
{
    return std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
}

Result<void> addKey(http::Headers &headers, const Target &target, const base::SecretString &key)
{
    if (target.auth.need == Auth::Need::None || key.empty()) {
        if (target.needsKey) {
            return base::fail(ErrorCode::Denied, "there is no key for " + target.providerId);
        }
        return {};
    }
    if (!isUsableKey(key.reveal())) {
        return base::fail(ErrorCode::InvalidArgument,
                          "the key of " + target.providerId + " holds a character that keys do not have");
    }
    std::string value;
    value.reserve(target.auth.prefix.size() + key.reveal().size());
    value.append(target.auth.prefix).append(key.reveal());
    headers.add(target.auth.header, value);
    return {};
}

Result<upstream::WireRequest> begin(const Target &target, const base::SecretString &key,
                                    std::string_view accept)
{
    upstream::WireRequest request;
    request.origin = target.origin;
    if (const auto added = addKey(request.headers, target, key); !added) {
        return std::unexpected(added.error());
    }
    const auto addUnlessSet = [&](std::string_view name, std::string_view value) {
        if (!target.extraHeaders.find(name)) {
            request.headers.add(name, value);
        }
    };
    addUnlessSet("Accept", accept);
    addUnlessSet("User-Agent", "Signalbox/" SIGNALBOX_VERSION);
    for (const http::Header &field : target.extraHeaders) {
        request.headers.add(field.name, field.value);
    }
    return request;
}

/// A model's name as a part of a path (RFC 3986 §3.3).
std::string escaped(std::string_view text)
{
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    static constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:@/";
    std::string out;
    for (const char c : text) {
        if (kPlain.find(c) != kPlain.npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
        }
    }
    return out;
}

std::string pathFor(const Speaks &speaks, const Asked &asked)
{
    static constexpr std::string_view kModel = "{model}";
    std::string path = asked.stream && !speaks.streamPath.empty() ? speaks.streamPath : speaks.path;
    if (const auto at = path.find(kModel); at != path.npos) {
        path.replace(at, kModel.size(), escaped(asked.model));
    }
    return path;
}

} // namespace

Result<upstream::WireRequest> apiRequest(const Target &target, const base::SecretString &key,
                                         const http::Headers &fromClient, const Asked &asked,
                                         std::string body)
{
    const Speaks *const speaks = target.speaking(asked.dialect);
    if (!speaks) {
        return base::fail(ErrorCode::Unsupported,
                          target.providerId + " does not speak " + std::string(toText(asked.dialect)));
    }
    auto request = begin(target, key, asked.stream ? "text/event-stream" : "application/json");
    if (!request) {
        return request;
    }
    request->method = "POST";
    request->target = pathFor(*speaks, asked);
    request->headers.add("Content-Type", "application/json");
    for (const std::string &name : target.forward) {
        const auto value = fromClient.find(name);
        if (value && http::isValidFieldValue(*value) && !target.extraHeaders.find(name)
            && !isNamedByConnection(fromClient, name)) {
            request->headers.add(name, *value);
        }
    }
    request->body = std::move(body);
    return request;
}

Result<upstream::WireRequest> modelsRequest(const Target &target, const base::SecretString &key)
{
    if (target.modelsPath.empty()) {
        return base::fail(ErrorCode::Unsupported, "this provider has no list of models");
    }
    auto request = begin(target, key, "application/json");
    if (request) {
        request->method = "GET";
        request->target = target.modelsPath;
    }
    return request;
}

} // namespace signalbox::provider
