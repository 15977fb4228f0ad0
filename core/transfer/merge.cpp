// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer/merge.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/foundation/config/validate.h"
#include "core/transfer/text/secret_text.h"
#include "core/transfer/vendors.h"

namespace signalbox::transfer {

namespace {
using config::KeySource;

template<typename T>
bool hasId(const std::vector<T> &all, std::string_view id)
{
    return std::any_of(all.begin(), all.end(), [&](const T &one) { return one.id == id; });
}

template<typename Used>
std::string freshId(const std::string &id, Used used)
{
    std::string base = id.substr(0, 58);
    std::string out = id;
    for (int i = 2; used(out); ++i) {
        out = base + "-" + std::to_string(i);
    }
    return out;
}

/// Whether a key from elsewhere may be taken for the one that is there: it is the same, or none was given.
bool sameAccount(const KeySource &there, const KeySource &given)
{
    if (given.kind == KeySource::Kind::None) {
        return true;
    }
    if (there.kind != given.kind) {
        return false;
    }
    if (given.kind == KeySource::Kind::Keychain) {
        return there.last4 == given.last4
               || (there.name == given.name && (there.last4.empty() || given.last4.empty()));
    }
    return there.name == given.name;
}

class Merger
{
public:
    Merger(const config::Config &current, Import import, const provider::PresetList &presets)
        : m_current(current), m_import(std::move(import)), m_presets(presets)
    {
        for (const provider::Preset &preset : presets.all()) {
            m_presetIds.push_back(preset.id);
        }
    }

    base::Result<Merged> run()
    {
        if (config::hasErrors(config::validate(m_current, m_presetIds))) {
            return base::fail(base::ErrorCode::Conflict,
                              "the configuration itself has mistakes; put them right first "
                              "('signalbox check' names them)");
        }
        m_out.config = m_current;
        m_out.report = std::move(m_import.report);
        addProviders();
        addChains();
        addClients();
        addRules();
        if (!removeMistakes()) {
            return base::fail(base::ErrorCode::InvalidArgument,
                              "what was read cannot be made a configuration");
        }
        listNew();
        return std::move(m_out);
    }

private:
    void line(ReportLine::Kind kind, std::string place, std::string text)
    {
        m_out.report.push_back({kind, std::move(place), 0, std::move(text)});
    }

    std::string address(const config::ProviderConfig &one) const
    {
        const provider::Preset *preset = m_presets.find(one.preset);
        const std::string &url = one.baseUrl.empty() && preset ? preset->baseUrl : one.baseUrl;
        return originOf(url) + pathOf(url);
    }

    bool isSignalbox(const config::ProviderConfig &one) const
    {
        const std::string origin = originOf(one.baseUrl);
        const std::string port = ":" + std::to_string(m_current.server.port);
        return origin == "http://localhost" + port || origin == "http://127.0.0.1" + port
               || origin == "http://[::1]" + port;
    }

    void addProviders()
    {
        for (config::ProviderConfig &one : m_import.providers) {
            if (isSignalbox(one)) {
                line(ReportLine::Kind::NotTaken, one.id, "this address is Signalbox itself");
                continue;
            }
            const auto known =
                std::find_if(m_current.providers.begin(), m_current.providers.end(), [&](const auto &other) {
                    return other.preset == one.preset && address(other) == address(one)
                           && other.simulate == one.simulate && sameAccount(other.key, one.key);
                });
            if (known != m_current.providers.end()) {
                m_providers[one.id] = known->id;
                if (std::find(m_out.reusedProviders.begin(), m_out.reusedProviders.end(), known->id)
                    == m_out.reusedProviders.end()) {
                    m_out.reusedProviders.push_back(known->id);
                    line(ReportLine::Kind::Changed, one.id,
                         "is there already as the provider " + known->id + ", which is used as it is");
                }
                continue;
            }
            addProvider(std::move(one));
        }
    }

    void addProvider(config::ProviderConfig one)
    {
        const std::string before = one.id;
        one.id = freshId(before, [&](const std::string &id) { return hasId(m_out.config.providers, id); });
        if (one.id != before) {
            line(ReportLine::Kind::Changed, before,
                 "this id is taken: it comes in as the provider " + one.id);
        }
        m_providers[before] = one.id;
        if (one.key.kind == KeySource::Kind::Keychain) {
            const auto secret = m_import.secrets.find(one.key.name);
            if (secret != m_import.secrets.end()) {
                one.key.name = "provider/" + one.id;
                m_out.secrets[one.key.name] = secret->second;
            } else {
                one.key.name = one.key.name == "provider/" + before ? "provider/" + one.id : one.key.name;
                line(ReportLine::Kind::NotTaken, before,
                     "its key is not in the document: 'signalbox keys set " + one.id + "'");
            }
        }
        m_out.config.providers.push_back(std::move(one));
    }

    bool nameTaken(std::string_view name) const
    {
        return std::any_of(m_out.config.chains.begin(), m_out.config.chains.end(), [&](const auto &one) {
            return one.id == name
                   || std::find(one.aliases.begin(), one.aliases.end(), name) != one.aliases.end();
        });
    }

    const config::ChainConfig *sameChain(const config::ChainConfig &one) const
    {
        const auto found =
            std::find_if(m_current.chains.begin(), m_current.chains.end(), [&](const auto &other) {
                return other.steps == one.steps && other.policy == one.policy
                       && other.strategy == one.strategy
                       && (other.id == one.id || other.id.starts_with(one.id + "-"));
            });
        return found == m_current.chains.end() ? nullptr : &*found;
    }

    void addChains()
    {
        for (config::ChainConfig &one : m_import.chains) {
            const std::string before = one.id;
            std::erase_if(one.steps, [&](config::StepConfig &step) {
                const auto known = m_providers.find(step.provider);
                if (known != m_providers.end()) {
                    step.provider = known->second;
                }
                return known == m_providers.end();
            });
            one.version = 1;
            if (one.steps.empty()) {
                line(ReportLine::Kind::NotTaken, before, "the chain has no step left");
                continue;
            }
            if (const config::ChainConfig *same = sameChain(one)) {
                m_chains[before] = same->id;
                line(ReportLine::Kind::Changed, before, "is there already as the chain " + same->id);
                continue;
            }
            one.id = freshId(before, [&](const std::string &id) { return nameTaken(id); });
            if (one.id != before) {
                line(ReportLine::Kind::Changed, before,
                     "this name is taken: it comes in as the chain " + one.id);
            }
            m_chains[before] = one.id;
            std::erase_if(one.aliases, [&](const std::string &alias) {
                const bool taken = nameTaken(alias) || alias == one.id;
                if (taken) {
                    line(ReportLine::Kind::NotTaken, before,
                         "the alias " + shown(alias) + " already leads to another chain");
                }
                return taken;
            });
            m_out.config.chains.push_back(std::move(one));
        }
    }

    void addClients()
    {
        for (config::ClientConfig &one : m_import.clients) {
            if (hasId(m_out.config.clients, one.id)) {
                line(ReportLine::Kind::NotTaken, one.id, "this tool is there already and stays as it is");
                continue;
            }
            const auto chain = m_chains.find(one.chain);
            one.chain = chain == m_chains.end() ? std::string() : chain->second;
            line(ReportLine::Kind::Changed, one.id,
                 "the tool " + one.id + " needs its token anew: only where it is kept was in the document");
            m_out.config.clients.push_back(std::move(one));
        }
    }

    void addRules()
    {
        for (config::RuleConfig &one : m_import.rules) {
            const std::string before = one.id;
            const auto chain = m_chains.find(one.chain);
            if (chain == m_chains.end()) {
                line(ReportLine::Kind::NotTaken, before, "the rule leads to a chain that was not taken");
                continue;
            }
            one.chain = chain->second;
            if (std::any_of(m_current.rules.begin(), m_current.rules.end(), [&](const auto &other) {
                    return other.when == one.when && other.chain == one.chain;
                })) {
                continue;
            }
            one.id = freshId(before, [&](const std::string &id) { return hasId(m_out.config.rules, id); });
            m_out.config.rules.push_back(std::move(one));
        }
    }

    /// Leaves out what the validator refuses, until it refuses nothing.
    bool removeMistakes()
    {
        for (int round = 0; round < 10; ++round) {
            std::set<std::pair<std::string, std::size_t>> wrong;
            for (const config::Mistake &mistake : config::validate(m_out.config, m_presetIds)) {
                if (!mistake.warning && !wrong.insert(placeOf(mistake)).second) {
                    continue;
                }
                if (!mistake.warning) {
                    line(ReportLine::Kind::NotTaken, {},
                         "left out: " + describe(placeOf(mistake))
                             + " would be a mistake in a configuration");
                }
            }
            if (wrong.empty()) {
                return true;
            }
            for (auto one = wrong.rbegin(); one != wrong.rend(); ++one) {
                if (!remove(one->first, one->second)) {
                    return false;
                }
            }
        }
        return false;
    }

    /// "chains[3].steps[0].model": the chain 3.
    static std::pair<std::string, std::size_t> placeOf(const config::Mistake &mistake)
    {
        const std::size_t open = mistake.path.find('[');
        std::size_t index = 0;
        if (open != std::string::npos) {
            std::from_chars(mistake.path.data() + open + 1, mistake.path.data() + mistake.path.size(), index);
        }
        return {mistake.path.substr(0, open), index};
    }

    std::string describe(const std::pair<std::string, std::size_t> &place) const
    {
        const auto id = [&](const auto &list) {
            return place.second < list.size() ? " " + shown(list[place.second].id) : "";
        };
        return place.first == "providers" ? "provider" + id(m_out.config.providers)
               : place.first == "chains"  ? "chain" + id(m_out.config.chains)
                                          : place.first;
    }

    bool remove(const std::string &list, std::size_t index)
    {
        const auto from = [&](auto &all, std::size_t kept) {
            if (index < kept || index >= all.size()) {
                return false;
            }
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(index));
            return true;
        };
        config::Config &out = m_out.config;
        if (list == "providers" && index < out.providers.size()) {
            m_out.secrets.erase(out.providers[index].key.name);
        }
        return list == "providers" ? from(out.providers, m_current.providers.size())
               : list == "chains"  ? from(out.chains, m_current.chains.size())
               : list == "clients" ? from(out.clients, m_current.clients.size())
               : list == "rules"   ? from(out.rules, m_current.rules.size())
                                   : false;
    }

    void listNew()
    {
        const auto ids = [](const auto &all, std::size_t before) {
            std::vector<std::string> out;
            for (std::size_t i = before; i < all.size(); ++i) {
                out.push_back(all[i].id);
            }
            return out;
        };
        m_out.newProviders = ids(m_out.config.providers, m_current.providers.size());
        m_out.newChains = ids(m_out.config.chains, m_current.chains.size());
        m_out.newClients = ids(m_out.config.clients, m_current.clients.size());
        m_out.newRules = ids(m_out.config.rules, m_current.rules.size());
    }

    const config::Config &m_current;
    Import m_import;
    const provider::PresetList &m_presets;
    std::vector<std::string> m_presetIds;
    Merged m_out;
    std::map<std::string, std::string> m_providers; ///< id in the import to id in the configuration
    std::map<std::string, std::string> m_chains;
};
} // namespace

base::Result<Merged> merge(const config::Config &current, Import import, const provider::PresetList &presets)
{
    return Merger(current, std::move(import), presets).run();
}

} // namespace signalbox::transfer
