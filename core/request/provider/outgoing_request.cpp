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

Result<void> addKey(http::Headers &headers, const Target &target, const KeyField &field,
                    const base::SecretString &key)
{
    if (!target.takesKey || key.empty()) {
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
    value.reserve(field.prefix.size() + key.reveal().size());
    value.append(field.prefix).append(key.reveal());
    headers.add(field.name, value);
    return {};
}

Result<upstream::WireRequest> begin(const Target &target, const KeyField &field,
                                    const base::SecretString &key, std::string_view accept)
{
    upstream::WireRequest request;
    request.origin = target.origin;
    if (const auto added = addKey(request.headers, target, field, key); !added) {
        return std::unexpected(added.error());
    }
    const auto addUnlessSet = [&](std::string_view name, std::string_view value) {
        if (!target.extraHeaders.find(name)) {
            request.headers.add(name, value);
        }
    };
    addUnlessSet("Accept", accept);
    addUnlessSet("User-Agent", "Signalbox/" SIGNALBOX_VERSION);
    for (const http::Header &header : target.extraHeaders) {
        request.headers.add(header.name, header.value);
    }
    return request;
}

/// What of the client's header the provider understands; a field may stand there several times.
void forward(http::Headers &to, const Target &target, const Speaks &speaks, const http::Headers &fromClient)
{
    for (const std::string &name : speaks.forward) {
        if (target.extraHeaders.find(name) || isNamedByConnection(fromClient, name)) {
            continue;
        }
        for (const http::Header &field : fromClient) {
            if (http::equalsIgnoringCase(field.name, name) && http::isValidFieldValue(field.value)) {
                to.add(name, field.value);
            }
        }
    }
}

/// Defaults, for what nobody has said yet.
void addMissing(http::Headers &to, const http::Headers &defaults)
{
    for (const http::Header &field : defaults) {
        if (!to.find(field.name)) {
            to.add(field.name, field.value);
        }
    }
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
    auto request = begin(target, speaks->key, key, asked.stream ? "text/event-stream" : "application/json");
    if (!request) {
        return request;
    }
    request->method = "POST";
    request->target = pathFor(*speaks, asked);
    request->headers.add("Content-Type", "application/json");
    forward(request->headers, target, *speaks, fromClient);
    addMissing(request->headers, speaks->headers);
    request->body = std::move(body);
    return request;
}

Result<upstream::WireRequest> modelsRequest(const Target &target, const base::SecretString &key)
{
    if (target.modelsPath.empty()) {
        return base::fail(ErrorCode::Unsupported, "this provider has no list of models");
    }
    auto request = begin(target, target.modelsKey, key, "application/json");
    if (request) {
        request->method = "GET";
        request->target = target.modelsPath;
        addMissing(request->headers, target.modelsHeaders);
    }
    return request;
}

} // namespace signalbox::provider
