// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/target.h"

#include <algorithm>
#include <array>

#include "core/foundation/http/origin.h"
#include "core/request/provider/rules/parameter_rules.h"

namespace signalbox::provider {

using base::ErrorCode;
using base::Result;

namespace {

/// Fields a configuration may not set: credentials, and what belongs to the wire.
bool isReserved(std::string_view name, const Target &target)
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
    const auto isKey = [&](const Speaks &one) { return http::equalsIgnoringCase(name, one.key.name); };
    return http::equalsIgnoringCase(name, target.modelsKey.name) || std::ranges::any_of(target.speaks, isKey)
           || std::ranges::any_of(kNames, [&](auto own) { return http::equalsIgnoringCase(own, name); });
}

Result<void> addHeaders(Target &target, const config::ProviderConfig &provider)
{
    for (const auto &[name, value] : provider.headers) {
        if (!http::isValidFieldName(name) || !http::isValidFieldValue(value)) {
            return base::fail(ErrorCode::InvalidArgument, "\"" + name + "\" is not a valid header");
        }
        if (isReserved(name, target)) {
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
    if (parsed->path.empty()) { // people give the host alone
        parsed->path = preset.basePath;
    }
    return parsed;
}

/// The preset's way of speaking it, or the usual one: the user says that the provider does.
DialectEntry entryFor(const Preset &preset, base::Dialect dialect)
{
    const auto it = std::ranges::find(preset.dialects, dialect, &DialectEntry::dialect);
    return it == preset.dialects.end() ? usualEntry(dialect) : *it;
}

std::vector<DialectEntry> entriesFor(const config::ProviderConfig &provider, const Preset &preset)
{
    std::vector<DialectEntry> entries;
    for (const std::string &name : provider.dialects) {
        if (const auto dialect = base::dialectFromText(name)) {
            entries.push_back(entryFor(preset, *dialect));
        }
    }
    return entries.empty() ? preset.dialects : entries;
}

std::vector<Speaks> speaksFor(const config::ProviderConfig &provider, const Preset &preset,
                              std::string_view basePath)
{
    std::vector<Speaks> all;
    for (DialectEntry &entry : entriesFor(provider, preset)) {
        const auto whole = [&](const std::string &path) {
            return entry.fromRoot || path.empty() ? path : joinedPath(basePath, path);
        };
        Speaks speaks{
            .dialect = entry.dialect, .path = whole(entry.path), .streamPath = whole(entry.streamPath)};
        speaks.key = std::move(entry.key);
        speaks.headers = std::move(entry.headers);
        speaks.forward = preset.forward;
        speaks.forward.insert(speaks.forward.end(), entry.forward.begin(), entry.forward.end());
        speaks.models = std::move(entry.models);
        speaks.accepts = std::move(entry.accepts);
        all.push_back(std::move(speaks));
    }
    return all;
}

} // namespace

bool Speaks::serves(std::string_view model) const
{
    return isMeant(models, model);
}

const Speaks *Target::speaking(base::Dialect dialect, std::string_view model) const
{
    const Speaks *const found = speaking(dialect);
    return found && found->serves(model) ? found : nullptr;
}

const Speaks *Target::speaking(base::Dialect dialect) const
{
    const auto it = std::ranges::find(speaks, dialect, &Speaks::dialect);
    return it == speaks.end() ? nullptr : &*it;
}

Result<Target> makeTarget(const config::ProviderConfig &provider, const Preset &preset)
{
    Target target;
    target.providerId = provider.id;
    target.needsKey = preset.keyNeed == KeyNeed::Required;
    target.takesKey = preset.keyNeed != KeyNeed::None;
    target.keyKind = preset.keyKind;
    target.extraHeaders = preset.headers;
    http::BaseUrl base;
    if (preset.simulated) {
        base = {{true, "simulated.invalid", 443}, "/v1"}; // a name that exists nowhere (RFC 2606)
        target.simulated = true;
        target.simulate = provider.simulate;
    } else if (auto given = baseUrl(provider, preset)) {
        base = *std::move(given);
    } else {
        return std::unexpected(given.error());
    }
    target.origin = std::move(base.origin);
    target.speaks = speaksFor(provider, preset, base.path);
    if (!preset.dialects.empty()) {
        target.modelsKey = preset.dialects.front().key;
        target.modelsHeaders = preset.dialects.front().headers;
    }
    if (!preset.modelsPath.empty()) {
        target.modelsPath =
            preset.modelsPathFromRoot ? preset.modelsPath : joinedPath(base.path, preset.modelsPath);
    }
    if (const auto added = addHeaders(target, provider); !added) {
        return std::unexpected(added.error());
    }
    return target;
}

} // namespace signalbox::provider
