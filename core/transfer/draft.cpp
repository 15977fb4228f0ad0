// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer/draft.h"

#include <algorithm>
#include <array>

#include "core/foundation/config/validate.h"
#include "core/foundation/json/writer.h"
#include "core/transfer/text/secret_text.h"

namespace signalbox::transfer {

namespace {
using config::KeySource;

constexpr std::size_t kLongestReport = 2'000;
constexpr std::size_t kMostParts = 5'000; ///< providers, chains
constexpr std::size_t kLongestKey = 8 * 1024;

bool isKey(std::string_view text)
{
    return text.size() <= kLongestKey && std::all_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F;
           });
}

std::string trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos
               ? std::string()
               : std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin));
}

/// Whether a provider with a home of its own is asked at another address: there only its dialect is known.
bool isElsewhere(const provider::PresetList &presets, const std::string &id, const std::string &url)
{
    const std::string &home = presets.find(id)->baseUrl;
    return home.starts_with("https://") && originOf(home) != originOf(url)
           && presetForUrl(url, presets) != id;
}
} // namespace

Draft::Draft(Format format, const provider::PresetList &presets) : m_presets(presets)
{
    m_out.format = format;
}

void Draft::line(ReportLine::Kind kind, const Node &at, std::string text)
{
    if (m_out.report.size() < kLongestReport) {
        // A name in the path may be anything.
        m_out.report.push_back(
            {kind, looksLikeSecret(at.path()) ? std::string() : at.path(), at.line(), std::move(text)});
    } else {
        m_reportFull = true;
    }
}

std::string Draft::freshId(const std::string &hint, std::string_view what)
{
    std::string base = looksLikeSecret(hint) ? std::string() : idFrom(hint);
    base = base.empty() ? std::string(what) : base;
    Ids &ids = what == "chain" ? m_chainIds : m_providerIds;
    std::string id = base;
    for (int &next = ids.next.try_emplace(base, 2).first->second; !ids.used.insert(id).second; ++next) {
        id = base + "-" + std::to_string(next);
    }
    return id;
}

bool Draft::choosePreset(config::ProviderConfig &provider, const Wanted &wanted, const CleanUrl &address,
                         const Node &at)
{
    const std::string who = "the provider " + shown(wanted.name);
    provider.preset = presetForVendor(wanted.vendor, m_presets);
    const bool generic = provider.preset.empty() || provider.preset.ends_with("-compatible")
                         || isElsewhere(m_presets, provider.preset, address.url);
    if (!address.url.empty() && generic) {
        const std::string home = presetForUrl(address.url, m_presets);
        const bool messages = wanted.messages || address.messages || provider.preset.starts_with("anthropic");
        provider.preset = messages && home != "anthropic" ? presetForVendor("anthropic-compatible", m_presets)
                                                          : (home.empty() ? "openai-compatible" : home);
        if (provider.preset.empty()) {
            notTaken(at,
                     who
                         + " speaks Anthropic's Messages at an address of its own, which this version has "
                           "no preset for");
        }
        return !provider.preset.empty();
    }
    if (provider.preset.empty() && wanted.messages) {
        provider.preset = presetForVendor("anthropic", m_presets);
    }
    if (provider.preset.empty()) {
        notTaken(at, who + " is of a kind (" + shown(wanted.vendor)
                         + ") that Signalbox does not know, and has no address");
    }
    return !provider.preset.empty();
}

bool Draft::readAddress(config::ProviderConfig &provider, const Wanted &wanted, const Node &at)
{
    const std::string who = "the provider " + shown(wanted.name);
    CleanUrl address = cleanUrl(wanted.url);
    if (!choosePreset(provider, wanted, address, at)) {
        return false;
    }
    const provider::Preset *preset = m_presets.find(provider.preset);
    if (address.url.empty()) {
        if (preset->baseUrl.empty()) {
            notTaken(at, who + " has no address");
        }
        return !preset->baseUrl.empty();
    }
    const bool anthropic = provider.preset.starts_with("anthropic");
    if ((wanted.addVersion || preset->kind == provider::PresetKind::Local) && !anthropic) {
        address.url = withVersion(address.url);
    }
    if (const auto sound = config::checkBaseUrl(address.url); !sound) {
        notTaken(at, who + ": its address cannot be used: " + sound.error().message);
        return false;
    }
    const std::string path = pathOf(address.url);
    if (looksLikeSecret(path)) {
        notTaken(at, who + ": a part of its address looks like a key; add this provider by hand");
        return false;
    }
    if (address.cutSecret) {
        notTaken(at,
                 who
                     + ": what stands before '@' or behind '?' in its address could be a key and was left "
                       "out");
    }
    const bool usual =
        originOf(address.url) == originOf(preset->baseUrl)
        && (path == pathOf(preset->baseUrl) || path.empty() || path == "/v1" || provider.preset == "gemini");
    provider.baseUrl = usual ? "" : address.url;
    return true;
}

void Draft::readKey(config::ProviderConfig &provider, const Wanted &wanted, const Node &at)
{
    const std::string key = trimmed(wanted.key);
    const provider::Preset *preset = m_presets.find(provider.preset);
    const bool needless = preset->kind == provider::PresetKind::Local;
    if (const auto variable = environmentReference(key)) {
        provider.key = {KeySource::Kind::Environment, *variable, {}};
    } else if (key.empty() && wanted.usualVariable && !preset->keyVariable.empty()) {
        provider.key = {KeySource::Kind::Environment, preset->keyVariable, {}};
    } else if (isPlaceholder(key)) {
        if (!needless && !key.empty()) {
            notTaken(at, "the key of the provider " + shown(wanted.name)
                             + " is a placeholder: set it with 'signalbox keys set'");
        }
    } else if (!isKey(key)) {
        notTaken(at, "the key of the provider " + shown(wanted.name) + " is not one word; it was left out");
    } else if (!needless || looksLikeSecret(key)) {
        base::SecretString secret{std::string(key)};
        provider.key = {KeySource::Kind::Keychain, {}, secret.last4()}; // its name comes with the id
        m_out.secrets[""] = std::move(secret);
    }
}

const config::ProviderConfig *Draft::same(const config::ProviderConfig &one, std::string_view secret) const
{
    const auto found = std::find_if(m_out.providers.begin(), m_out.providers.end(), [&](const auto &other) {
        if (other.preset != one.preset || other.baseUrl != one.baseUrl || other.headers != one.headers
            || other.key.kind != one.key.kind) {
            return false;
        }
        if (one.key.kind != KeySource::Kind::Keychain) {
            return other.key.name == one.key.name;
        }
        const auto known = m_out.secrets.find(other.key.name);
        return known != m_out.secrets.end() && known->second.reveal() == secret;
    });
    return found == m_out.providers.end() ? nullptr : &*found;
}

std::optional<std::string> Draft::provider(const Wanted &wanted, const Node &at)
{
    config::ProviderConfig out;
    out.enabled = wanted.enabled;
    out.headers = wanted.headers;
    if (m_out.providers.size() >= kMostParts) {
        notTaken(at, "there are too many providers");
        return std::nullopt;
    }
    if (!readAddress(out, wanted, at)) {
        return std::nullopt;
    }
    readKey(out, wanted, at);
    const auto fresh = m_out.secrets.extract("");
    const std::string_view secret = fresh.empty() ? std::string_view() : fresh.mapped().reveal();
    if (const config::ProviderConfig *known = same(out, secret)) {
        providerById(known->id).enabled = known->enabled || out.enabled;
        return known->id;
    }
    out.id = freshId(wanted.name.empty() ? out.preset : wanted.name, "provider");
    if (!wanted.name.empty() && idFrom(wanted.name) != wanted.name && !looksLikeSecret(wanted.name)) {
        out.name = wanted.name.substr(0, 200);
    }
    if (!fresh.empty()) {
        out.key.name = "provider/" + out.id;
        m_out.secrets[out.key.name] = fresh.mapped();
    }
    const char *key = out.key.kind == KeySource::Kind::Keychain      ? ", its key goes to the keychain"
                      : out.key.kind == KeySource::Kind::Environment ? ", its key stays in "
                                                                     : ", without a key";
    taken(at, "provider " + out.id + " (" + out.preset + ")" + key
                  + (out.key.kind == KeySource::Kind::Environment ? shown(out.key.name) : ""));
    m_out.providers.push_back(std::move(out));
    return m_out.providers.back().id;
}

config::ProviderConfig &Draft::providerById(std::string_view id)
{
    return *std::find_if(m_out.providers.begin(), m_out.providers.end(),
                         [&](const auto &one) { return one.id == id; });
}

config::ChainConfig *Draft::chainNamed(const std::string &name)
{
    const auto found = m_chains.find(name);
    return found == m_chains.end() ? nullptr : &m_out.chains[found->second];
}

config::ChainConfig &Draft::chain(const std::string &name, const Node &at)
{
    if (config::ChainConfig *known = chainNamed(name)) {
        return *known;
    }
    config::ChainConfig chain;
    chain.id = freshId(name, "chain");
    m_chains[name] = m_out.chains.size();
    m_out.chains.push_back(std::move(chain));
    if (m_out.chains.back().id != name) {
        alias(name, name, at);
    }
    return m_out.chains.back();
}

bool Draft::alias(const std::string &name, const std::string &alias, const Node &at)
{
    config::ChainConfig *chain = chainNamed(name);
    const bool free = !m_chainIds.used.contains(alias);
    if (!chain || alias.empty() || alias.size() > 200 || looksLikeSecret(alias) || !free) {
        notTaken(at, "the name " + shown(alias)
                         + (free ? " cannot be an alias" : " is already taken by another chain"));
        return false;
    }
    m_chainIds.used.insert(alias);
    chain->aliases.push_back(alias);
    return true;
}

std::optional<config::StepConfig> Draft::step(const std::string &provider, const std::string &model,
                                              const Node &at)
{
    if (model.empty() || model.size() > 300 || model.find('*') != std::string::npos
        || looksLikeSecret(model)) {
        notTaken(at,
                 model.find('*') != std::string::npos
                     ? "the model " + shown(model) + " stands for any: ask for " + provider + "/MODEL instead"
                     : "a step needs a model, and " + shown(model) + " is none");
        return std::nullopt;
    }
    config::StepConfig out;
    out.provider = provider;
    out.model = model;
    return out;
}

bool Draft::isParameter(std::string_view name)
{
    static constexpr std::array<std::string_view, 18> kNames = {"temperature",
                                                                "top_p",
                                                                "top_k",
                                                                "max_tokens",
                                                                "max_completion_tokens",
                                                                "presence_penalty",
                                                                "frequency_penalty",
                                                                "seed",
                                                                "stop",
                                                                "n",
                                                                "reasoning_effort",
                                                                "thinking",
                                                                "verbosity",
                                                                "logprobs",
                                                                "top_logprobs",
                                                                "response_format",
                                                                "service_tier",
                                                                "parallel_tool_calls"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

void Draft::set(config::StepConfig &step, const std::string &name, const Node &value)
{
    if (!isParameter(name) || !value.there() || looksLikeSecret(json::writeCompact(value.value()))) {
        notTaken(value, "the parameter " + shown(name) + " is not one that a step can set");
        return;
    }
    step.set[name] = value.value();
}

Import Draft::finish()
{
    static const json::Value kNothing;
    const Node nowhere{kNothing};
    std::erase_if(m_out.chains, [&](const config::ChainConfig &chain) {
        if (chain.steps.empty()) {
            notTaken(nowhere, "the chain " + chain.id + " has no step left");
        }
        return chain.steps.empty();
    });
    for (const config::ChainConfig &chain : m_out.chains) {
        taken(nowhere, "chain " + chain.id + " with " + std::to_string(chain.steps.size())
                           + (chain.steps.size() == 1 ? " step" : " steps"));
    }
    if (m_reportFull) {
        m_out.report.push_back(
            {ReportLine::Kind::NotTaken, {}, 0, "there is more to say than fits into this report"});
    }
    return std::move(m_out);
}

} // namespace signalbox::transfer
