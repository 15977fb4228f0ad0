// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer/export.h"

#include <algorithm>

#include "core/foundation/config/document.h"
#include "core/transfer/text/secret_text.h"
#include "core/transfer/vendors.h"

namespace signalbox::transfer {

namespace {
bool holdsSecret(const json::Value &value)
{
    return looksLikeSecret(value.text())
           || std::any_of(value.items().begin(), value.items().end(), holdsSecret)
           || std::any_of(value.members().begin(), value.members().end(), [](const json::Member &one) {
                  return looksLikeSecret(one.name) || holdsSecret(one.value);
              });
}

bool holdsSecret(const config::Condition &condition)
{
    return std::any_of(condition.values.begin(), condition.values.end(), looksLikeSecret)
           || std::any_of(condition.parts.begin(), condition.parts.end(),
                          [](const config::Condition &one) { return holdsSecret(one); });
}

/// A header is for credentials by what it is called or by what it holds.
bool isCredential(std::string_view name, std::string_view value)
{
    std::string small(name);
    std::transform(small.begin(), small.end(), small.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const std::string_view word :
         {"auth", "token", "secret", "key", "cookie", "password", "credential"}) {
        if (small.find(word) != std::string::npos) {
            return true;
        }
    }
    return looksLikeSecret(value);
}

class Exporter
{
public:
    explicit Exporter(config::Config &config) : m_config(config) {}

    std::vector<ReportLine> run()
    {
        for (config::ClientConfig &one : m_config.clients) {
            source(one.token, "clients." + one.id + ".token");
        }
        for (config::ProviderConfig &one : m_config.providers) {
            provider(one, "providers." + one.id);
        }
        for (config::ChainConfig &one : m_config.chains) {
            chain(one, "chains." + one.id);
        }
        std::erase_if(m_config.rules, [&](const config::RuleConfig &one) {
            const bool secret = holdsSecret(one.when);
            if (secret) {
                removed("rules." + one.id, "the rule, as a value in its condition looks like a key");
            }
            return secret;
        });
        return std::move(m_report);
    }

private:
    void removed(std::string place, std::string what)
    {
        place = looksLikeSecret(place) ? std::string() : std::move(place);
        m_report.push_back(
            {ReportLine::Kind::NotTaken, std::move(place), 0, "taken out: " + std::move(what)});
    }

    void source(config::KeySource &source, const std::string &place)
    {
        source.last4.clear();
        if (looksLikeSecret(source.name)) {
            source = {};
            removed(place, "what says where the key is looks like a key itself");
        }
    }

    void provider(config::ProviderConfig &one, const std::string &place)
    {
        source(one.key, place + ".key");
        std::erase_if(one.headers, [&](const auto &header) {
            const bool secret = isCredential(header.first, header.second);
            if (secret) {
                removed(place + ".headers", "the header " + shown(header.first));
            }
            return secret;
        });
        if (looksLikeSecret(one.name)) {
            one.name.clear();
            removed(place + ".name", "it looks like a key");
        }
        std::erase_if(one.tags, [&](const std::string &tag) { return looksLikeSecret(tag); });
        address(one, place + ".baseUrl");
    }

    void address(config::ProviderConfig &one, const std::string &place)
    {
        const bool userInfo = one.baseUrl.find('@') != std::string::npos;
        const bool query = one.baseUrl.find_first_of("?#") != std::string::npos;
        const std::string path = pathOf(one.baseUrl);
        if (!userInfo && !query && !looksLikeSecret(path)) {
            return;
        }
        one.baseUrl = cleanUrl(one.baseUrl).url;
        if (const std::string left = pathOf(one.baseUrl); looksLikeSecret(left)) {
            // The path goes as a whole: a part of it would not work either.
            one.baseUrl = one.baseUrl.substr(0, one.baseUrl.size() - left.size()) + "/REMOVED";
        }
        removed(place, "a part of the address that may be a key");
    }

    void chain(config::ChainConfig &one, const std::string &place)
    {
        std::erase_if(one.aliases, [&](const std::string &alias) {
            const bool secret = looksLikeSecret(alias);
            if (secret) {
                removed(place + ".aliases", "an alias that looks like a key");
            }
            return secret;
        });
        for (std::size_t i = 0; i < one.steps.size(); ++i) {
            config::StepConfig &step = one.steps[i];
            const std::string at = place + ".steps[" + std::to_string(i) + "]";
            std::erase_if(step.set, [&](const auto &parameter) {
                const bool secret = looksLikeSecret(parameter.first) || holdsSecret(parameter.second);
                if (secret) {
                    removed(at + ".set", "the parameter " + shown(parameter.first));
                }
                return secret;
            });
            if (holdsSecret(step.when)) {
                step.when = {};
                step.enabled = false; // without its condition it would take requests it must not have
                removed(at + ".when", "the condition, and the step is switched off");
            }
        }
    }

    config::Config &m_config;
    std::vector<ReportLine> m_report;
};
} // namespace

Exported exportConfig(config::Config config)
{
    Exported out;
    out.report = Exporter(config).run();
    out.text = config::writeConfig(config);
    return out;
}

} // namespace signalbox::transfer
