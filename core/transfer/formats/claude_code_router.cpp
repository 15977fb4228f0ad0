// SPDX-License-Identifier: GPL-3.0-or-later
// claude-code-router's config.json:
//   {Providers: [{name, api_base_url: the whole endpoint, api_key, models: […], transformer: {…}}],
//    Router: {default, background, think, longContext, webSearch, image: "provider,model",
//    longContextThreshold}, fallback: {default: ["provider,model"], …}, APIKEY, HOST, …}
// Source: github.com/musistudio/claude-code-router README.
#include <map>
#include <set>

#include "core/transfer/formats/formats.h"
#include "core/transfer/text/secret_text.h"

namespace signalbox::transfer {

namespace {
class Router
{
public:
    explicit Router(Draft &draft) : m_draft(draft) {}

    void read(const Node &root)
    {
        for (const Node &one : root.any({"Providers", "providers"}).items()) {
            provider(one);
        }
        const Node router = root.any({"Router", "router"});
        for (const Node &route : router.members()) {
            if (route.name() == "longContextThreshold") {
                m_draft.notTaken(route,
                                 "make a rule on promptTokens that leads to the chain for long context");
            } else if (route.is(json::Value::Type::String) && !looksLikeSecret(route.name())) {
                chain(route, root["fallback"][route.name()]);
            }
        }
        reportRest(root);
    }

private:
    void provider(const Node &at)
    {
        Draft::Wanted wanted;
        wanted.name = at["name"].text();
        wanted.vendor = wanted.name;
        wanted.url = at.any({"api_base_url", "baseUrl", "base_url"}).text();
        wanted.key = at.any({"api_key", "apiKey"}).text();
        if (const auto id = m_draft.provider(wanted, at)) {
            m_providers[wanted.name] = *id;
            auto &models = m_draft.providerById(*id).models;
            for (const std::string &model : at["models"].texts()) {
                if (!looksLikeSecret(model) && models.size() < 500) {
                    models.push_back(model);
                }
            }
        }
        std::set<std::string> names;
        const auto collect = [&](const Node &use) {
            for (const Node &one : use.items()) {
                const auto parts = one.items();
                names.insert(parts.empty() ? one.text() : parts.front().text());
            }
        };
        collect(at["transformer"]["use"]);
        for (const Node &one : at["transformer"].members()) {
            collect(one["use"]);
        }
        for (const std::string &name : names) {
            m_draft.notTaken(at["transformer"], "the transformer " + shown(name)
                                                    + ": Signalbox adapts requests to providers by itself");
        }
    }

    void chain(const Node &route, const Node &fallback)
    {
        const std::string name = "ccr-"
                                 + idFrom(route.name() == "longContext" ? "long-context"
                                          : route.name() == "webSearch" ? "web-search"
                                                                        : route.name());
        std::vector<std::string> steps = {route.text()};
        for (const Node &one : fallback.items()) {
            steps.push_back(one.text());
        }
        int tier = 1;
        for (const std::string &one : steps) {
            const std::size_t comma = one.find(',');
            const auto known = m_providers.find(one.substr(0, comma));
            if (comma == std::string::npos || known == m_providers.end() || tier > 100) {
                if (!one.empty()) {
                    m_draft.notTaken(route,
                                     "the route to " + shown(one) + " leads to no provider that was taken");
                }
                continue;
            }
            std::string model = one.substr(comma + 1);
            model.erase(0, model.find_first_not_of(' '));
            if (auto step = m_draft.step(known->second, model, route)) {
                step->tier = tier++;
                m_draft.chain(name, route).steps.push_back(*std::move(step));
            }
        }
        if (m_draft.chainNamed(name) && route.name() != "default") {
            m_draft.changed(route, "the chain " + name
                                       + " is not chosen by itself: let the tool ask for it, or make a rule");
        }
    }

    void reportRest(const Node &root)
    {
        static const std::set<std::string, std::less<>> kKnown = {
            "Providers", "providers", "Router",    "router",
            "fallback",  "LOG",       "LOG_LEVEL", "NON_INTERACTIVE_MODE"};
        for (const Node &one : root.members()) {
            if (one.name() == "APIKEY") {
                m_draft.notTaken(one, "the router's own key: tools get a token of Signalbox instead");
            } else if (!kKnown.contains(one.name()) && one.there()) {
                m_draft.notTaken(one, "Signalbox has nothing like " + shown(one.name()));
            }
        }
    }

    Draft &m_draft;
    std::map<std::string, std::string> m_providers; ///< their name to our id
};
} // namespace

void readClaudeCodeRouter(const Node &root, Draft &draft)
{
    Router(draft).read(root);
}

} // namespace signalbox::transfer
