// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/target.h"

#include <algorithm>
#include <array>

#include "core/foundation/http/origin.h"

namespace signalbox::provider {

using base::ErrorCode;
using base::Result;

namespace {

/// Fields a configuration may not set: credentials, and what belongs to the wire.
bool isReserved(std::string_view name, const Auth &auth)
{
    static constexpr std::array<std::string_view, 18> kNames{"authorization",
                                                             "x-api-key",
                                                             "api-key",
                                                             "x-goog-api-key",
                                                             "cookie",
                                                             "host",
                                                             "content-length",
                                                             "content-type",
                                                             "connection",
                                                             "keep-alive",
                                                             "te",
                                                             "transfer-encoding",
                                                             "accept-encoding",
                                                             "upgrade",
                                                             "expect",
                                                             "trailer",
                                                             "proxy-connection",
                                                             "proxy-authorization"};
    return http::equalsIgnoringCase(name, auth.header)
           || std::ranges::any_of(kNames, [&](auto own) { return http::equalsIgnoringCase(own, name); });
}

Result<void> addHeaders(Target &target, const config::ProviderConfig &provider)
{
    for (const auto &[name, value] : provider.headers) {
        if (!http::isValidFieldName(name) || !http::isValidFieldValue(value)) {
            return base::fail(ErrorCode::InvalidArgument, "\"" + name + "\" is not a valid header");
        }
        if (isReserved(name, target.auth)) {
            return base::fail(ErrorCode::InvalidArgument,
                              "the header \"" + name
                                  + "\" is set by Signalbox; a key goes where keys are kept");
        }
        target.extraHeaders.set(name, value);
    }
    return {};
}

Result<http::BaseUrl> baseUrl(const config::ProviderConfig &provider, const Preset &preset)
{
    const std::string &text = provider.baseUrl.empty() ? preset.baseUrl : provider.baseUrl;
    if (text.empty()) {
        return base::fail(ErrorCode::InvalidArgument, "the provider needs a base URL");
    }
    auto parsed = http::parseBaseUrl(text);
    if (!parsed) {
        return parsed;
    }
    if (!parsed->origin.tls && !parsed->origin.isLoopback()) {
        return base::fail(ErrorCode::InvalidArgument,
                          "plain http is only allowed to this computer; use https for "
                              + parsed->origin.host);
    }
    if (parsed->path.empty() && !preset.baseUrl.empty()) {
        // People give the host alone; the preset knows what comes after it.
        if (const auto usual = http::parseBaseUrl(preset.baseUrl)) {
            parsed->path = usual->path;
        }
    }
    return parsed;
}

} // namespace

const Speaks *Target::speaking(base::Dialect dialect) const
{
    const auto it = std::ranges::find(speaks, dialect, &Speaks::dialect);
    return it == speaks.end() ? nullptr : &*it;
}

Result<Target> makeTarget(const config::ProviderConfig &provider, const Preset &preset)
{
    Target target;
    target.providerId = provider.id;
    target.auth = preset.auth;
    target.needsKey = preset.auth.need == Auth::Need::Required;
    target.extraHeaders = preset.headers;
    target.forward = preset.forward;
    if (preset.simulated) {
        target.origin = {true, "simulated.invalid", 443}; // a name that exists nowhere (RFC 2606)
        target.speaks = {{base::Dialect::Chat, "/v1/chat/completions", {}}};
        target.modelsPath = "/v1/models";
        target.needsKey = false;
        target.simulated = true;
        target.simulate = provider.simulate;
        return target;
    }
    auto base = baseUrl(provider, preset);
    if (!base) {
        return std::unexpected(base.error());
    }
    target.origin = std::move(base->origin);
    target.speaks = {{base::Dialect::Chat, base->path + "/chat/completions", {}}};
    if (!preset.modelsPath.empty()) {
        target.modelsPath = (preset.modelsPathFromRoot ? std::string() : base->path) + preset.modelsPath;
    }
    if (const auto added = addHeaders(target, provider); !added) {
        return std::unexpected(added.error());
    }
    return target;
}

} // namespace signalbox::provider
