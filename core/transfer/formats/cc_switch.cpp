// SPDX-License-Identifier: GPL-3.0-or-later
// CC Switch's provider lists:
//   {version, claude: {current, providers: {id: P}}, codex: {…}, gemini: {…}}     config.json and its export
//   {current, providers: {id: P}}                                                 the oldest form: Claude
//   Code only [P with app_type, …]                                                          rows of its table
//   P = {id, name, settingsConfig (or settings_config, also as text), sortIndex, inFailoverQueue, category}
// settingsConfig is what the tool itself reads:
//   claude {env: {ANTHROPIC_BASE_URL, ANTHROPIC_AUTH_TOKEN | ANTHROPIC_API_KEY, ANTHROPIC_MODEL, …}}
//   codex  {auth: {OPENAI_API_KEY}, config: TOML with model, model_provider, [model_providers.NAME] base_url,
//   …} gemini {env: {GOOGLE_GEMINI_BASE_URL, GEMINI_API_KEY, GEMINI_MODEL}}
// Source: github.com/farion1231/cc-switch, docs/user-manual.
#include <algorithm>
#include <map>
#include <tuple>

#include "core/transfer/formats/formats.h"
#include "core/transfer/text/secret_text.h"
#include "core/transfer/text/source_text.h"
#include "core/transfer/vendors.h"

namespace signalbox::transfer {

namespace {
using json::Value;

/// One of its providers, as far as the order matters.
struct Entry {
    Node at;
    std::string app;
    bool current = false;
    double place = 1e9;
    bool queued = false;
};

class CcSwitch
{
public:
    explicit CcSwitch(Draft &draft) : m_draft(draft) {}

    void read(const Node &root)
    {
        for (const Node &row : root.items()) {
            add(row, row.any({"app_type", "appType", "app"}).text(),
                row.any({"is_current", "isCurrent"}).flag());
        }
        if (root["providers"].there()) {
            app("claude", root);
        }
        for (const Node &one : root.members()) {
            if (one["providers"].there()) {
                app(one.name(), one);
            } else if (one.name() != "providers" && one.name() != "version" && one.name() != "current"
                       && one.there()) {
                m_draft.notTaken(one, "not about providers: " + shown(one.name()));
            }
        }
        for (auto &[name, entries] : m_apps) {
            chain(name, entries);
        }
    }

private:
    void app(const std::string &name, const Node &at)
    {
        const std::string current = at["current"].text();
        const auto list =
            at["providers"].is(Value::Type::Array) ? at["providers"].items() : at["providers"].members();
        for (const Node &one : list) {
            const std::string id = one["id"].there() ? one["id"].text() : one.name();
            add(one, name, !current.empty() && (id == current || one.name() == current));
        }
    }

    void add(const Node &at, const std::string &app, bool current)
    {
        Entry entry{at, app.empty() ? "claude" : app, current, 1e9, false};
        entry.place = at.any({"sortIndex", "sort_index"}).number().value_or(1e9);
        entry.queued = at.any({"inFailoverQueue", "in_failover_queue"}).flag();
        m_apps[entry.app].push_back(std::move(entry));
    }

    /// The one in use, then those in the queue, then the others, each in the order of the list.
    void chain(const std::string &app, std::vector<Entry> &entries)
    {
        if (app != "claude" && app != "codex" && app != "gemini") {
            m_draft.notTaken(entries.front().at,
                             "providers for " + shown(app) + ": their settings are not known to Signalbox");
            return;
        }
        std::vector<std::size_t> order(entries.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            const auto rank = [&](std::size_t i) {
                return std::tuple(!entries[i].current, !entries[i].queued, entries[i].place, i);
            };
            return rank(a) < rank(b);
        });
        int tier = 1;
        for (const std::size_t i : order) {
            if (tier > 100) {
                m_draft.notTaken(entries[i].at, "the chain has too many steps");
                break;
            }
            if (auto step = provider(app, entries[i].at)) {
                step->tier = tier++;
                m_draft.chain("cc-switch-" + app, entries[i].at).steps.push_back(*std::move(step));
            }
        }
    }

    std::optional<config::StepConfig> provider(const std::string &app, const Node &at)
    {
        const Node settings = at.any({"settingsConfig", "settings_config"});
        if (!settings.is(Value::Type::String)) {
            return withSettings(app, at, settings);
        }
        const auto parsed = readJson(settings.text());
        if (!parsed) {
            m_draft.notTaken(settings, "the settings of " + shown(at["name"].text()) + " are not JSON");
            return std::nullopt;
        }
        return withSettings(app, at, Node(*parsed));
    }

    struct Found {
        Draft::Wanted wanted;
        std::string model;
    };

    std::optional<config::StepConfig> withSettings(const std::string &app, const Node &at,
                                                   const Node &settings)
    {
        std::optional<Found> read = app == "codex"    ? codex(at, settings)
                                    : app == "gemini" ? gemini(settings["env"])
                                                      : std::optional(claude(settings["env"]));
        if (!read) {
            return std::nullopt;
        }
        Found &found = *read;
        found.wanted.name = at["name"].text();
        const bool ownProxy =
            found.wanted.key == "PROXY_MANAGED" || originOf(found.wanted.url).ends_with(":15721");
        if (ownProxy) {
            m_draft.notTaken(at, "the provider " + shown(found.wanted.name) + " is CC Switch itself");
            return std::nullopt;
        }
        if (found.wanted.key.empty()) {
            m_draft.notTaken(at, "the provider " + shown(found.wanted.name)
                                     + " has no key: the tool's own login stays with the tool");
            return std::nullopt;
        }
        const auto id = m_draft.provider(found.wanted, at);
        if (!id) {
            return std::nullopt;
        }
        if (found.model.empty()) { // what the tool would ask for by itself
            const provider::Preset *preset = m_draft.presets().find(m_draft.providerById(*id).preset);
            if (preset->models.empty()) {
                m_draft.notTaken(at, "the provider " + shown(found.wanted.name)
                                         + " names no model, so it is no step of the chain");
                return std::nullopt;
            }
            found.model = preset->models.front();
            m_draft.changed(at, "no model is named: the step asks for " + shown(found.model));
        }
        return m_draft.step(*id, found.model, at);
    }

    static Found claude(const Node &env)
    {
        Found out;
        out.wanted.vendor = "anthropic";
        out.wanted.messages = true;
        out.wanted.url = env["ANTHROPIC_BASE_URL"].text();
        out.wanted.key = env.any({"ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"}).text();
        out.model =
            env.any({"ANTHROPIC_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL"})
                .text();
        return out;
    }

    static Found gemini(const Node &env)
    {
        Found out;
        out.wanted.vendor = "gemini";
        out.wanted.url = env["GOOGLE_GEMINI_BASE_URL"].text();
        out.wanted.key = env.any({"GEMINI_API_KEY", "GOOGLE_API_KEY"}).text();
        out.model = env["GEMINI_MODEL"].text();
        return out;
    }

    std::optional<Found> codex(const Node &at, const Node &settings)
    {
        Found out;
        out.wanted.vendor = "openai";
        out.wanted.key = settings["auth"]["OPENAI_API_KEY"].text();
        const auto parsed = readToml(settings["config"].text());
        if (!parsed) {
            m_draft.notTaken(at, "the Codex configuration of " + shown(at["name"].text()) + ": "
                                     + parsed.error().message);
            return std::nullopt;
        }
        const Node toml(*parsed);
        out.model = toml["model"].text();
        const std::string name = toml["model_provider"].text();
        const Node provider = toml["model_providers"][name];
        out.wanted.url = provider["base_url"].text();
        if (!name.empty() && name != "openai" && out.wanted.url.empty()) {
            m_draft.notTaken(at, "Codex's provider " + shown(name) + " has no base_url");
        }
        if (const std::string token = provider["experimental_bearer_token"].text(); !token.empty()) {
            out.wanted.key = token;
        } else if (const std::string variable = provider["env_key"].text();
                   out.wanted.key.empty() && isVariableName(variable)) {
            out.wanted.key = "${" + variable + "}";
        }
        for (const std::string_view rest : {"http_headers", "env_http_headers", "query_params"}) {
            if (provider[rest].there()) {
                m_draft.notTaken(at, "Codex's " + std::string(rest) + " of " + shown(at["name"].text()));
            }
        }
        return out;
    }

    Draft &m_draft;
    std::map<std::string, std::vector<Entry>> m_apps;
};
} // namespace

void readCcSwitch(const Node &root, Draft &draft)
{
    CcSwitch(draft).read(root);
}

} // namespace signalbox::transfer
