// SPDX-License-Identifier: GPL-3.0-or-later
// LiteLLM's config.yaml:
//   model_list: [{model_name, litellm_params: {model: "provider/model", api_base, api_key, rpm, tpm, weight,
//   order,
//                 timeout, stream_timeout, parameters…}, model_info: {…}}]   one model_name may stand there
//                 often
//   router_settings: {routing_strategy, fallbacks: [{name: [names]}], default_fallbacks, model_group_alias,
//   num_retries,
//                     timeout}; litellm_settings may hold the same; general_settings, environment_variables
// Source: docs.litellm.ai/docs/proxy/configs, /docs/routing, /docs/proxy/reliability.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/transfer/formats/formats.h"
#include "core/transfer/text/secret_text.h"

namespace signalbox::transfer {

namespace {
using config::Strategy;

/// The name that stands before the first '/', if it is a provider; else everything is the model.
struct ModelName {
    std::string vendor;
    std::string model;
};

ModelName splitModel(const std::string &text, const std::string &vendor)
{
    const std::size_t slash = text.find('/');
    if (!vendor.empty()) {
        const bool named = slash != std::string::npos && text.substr(0, slash) == vendor;
        return {vendor, named ? text.substr(slash + 1) : text};
    }
    if (slash != std::string::npos) {
        return {text.substr(0, slash), text.substr(slash + 1)};
    }
    const auto begins = [&](std::string_view with) { return text.starts_with(with); };
    return {begins("claude") ? "anthropic" : begins("gemini") ? "gemini" : "openai", text};
}

class LiteLlm
{
public:
    LiteLlm(const Node &root, Draft &draft)
        : m_root(root), m_draft(draft), m_router(root["router_settings"]), m_litellm(root["litellm_settings"])
    {}

    void read()
    {
        m_strategy = strategy();
        for (const Node &one : m_root["model_list"].items()) {
            deployment(one);
        }
        for (auto &[provider, limits] : m_limits) {
            takeLimits(provider, limits);
        }
        for (config::ChainConfig &chain : m_draft.out().chains) {
            takeWeights(chain.steps, m_weights[chain.id]);
            chain.strategy = chain.steps.size() > 1 ? m_strategy : Strategy::Ordered;
        }
        // The lists are of whole groups as they were before any fallback was added.
        const std::vector<config::ChainConfig> groups = m_draft.out().chains;
        for (const Node &settings : {m_router, m_litellm}) {
            fallbacks(settings["fallbacks"], groups);
        }
        defaultFallbacks(groups);
        aliases();
        retries();
        settings();
    }

private:
    struct Limits {
        Node at;
        int deployments = 0;
        double rpm = 0;
        double tpm = 0;
    };

    Strategy strategy()
    {
        const Node at = m_router["routing_strategy"];
        const std::string word = at.text();
        if (word == "least-busy") {
            return Strategy::LeastBusy;
        }
        if (word == "latency-based-routing") {
            return Strategy::Fastest;
        }
        if (word == "cost-based-routing") {
            return Strategy::Cheapest;
        }
        if (word.starts_with("usage-based-routing")) {
            m_draft.changed(at, "the strategy " + shown(word)
                                    + " becomes 'leastBusy': Signalbox counts requests under way");
            return Strategy::LeastBusy;
        }
        if (!word.empty() && word != "simple-shuffle") {
            m_draft.notTaken(at,
                             "the strategy " + shown(word) + " is unknown; the steps are chosen by weight");
        }
        return Strategy::Weighted;
    }

    void deployment(const Node &at)
    {
        const Node params = at["litellm_params"];
        const std::string written = params["model"].text();
        if (written.empty()) {
            m_draft.notTaken(at, "there is no model in litellm_params");
            return;
        }
        const ModelName name = splitModel(written, params["custom_llm_provider"].text());
        Draft::Wanted wanted;
        wanted.name = name.vendor;
        wanted.vendor = name.vendor;
        wanted.url = params.any({"api_base", "base_url"}).text();
        const std::string urlVariable = environmentReference(wanted.url).value_or("");
        if (!urlVariable.empty()) {
            m_draft.notTaken(params, "the address stands in the variable " + shown(urlVariable)
                                         + ", and Signalbox reads none there");
            wanted.url.clear();
        }
        wanted.key = params["api_key"].text();
        wanted.usualVariable = true;
        if (name.vendor == "azure" && !wanted.url.empty()
            && wanted.url.find("/openai") == std::string::npos) {
            wanted.url.resize(wanted.url.find_last_not_of('/') + 1);
            wanted.url += "/openai/v1";
        }
        if (const std::string organization = params["organization"].text();
            !organization.empty() && !looksLikeSecret(organization) && !environmentReference(organization)) {
            wanted.headers["OpenAI-Organization"] = organization;
        }
        const auto provider = m_draft.provider(wanted, params);
        if (!provider) {
            return;
        }
        addStep(at, params, *provider, name.model);
    }

    void addStep(const Node &at, const Node &params, const std::string &provider, const std::string &model)
    {
        const std::string group = at["model_name"].text();
        auto step = m_draft.step(provider, model, params["model"]);
        if (!step || m_draft.out().chains.size() >= 2'000) {
            return;
        }
        if (group.empty() || group.find('*') != std::string::npos) {
            m_draft.notTaken(at["model_name"], "the name " + shown(group) + " cannot be a chain; ask for "
                                                   + provider + "/MODEL");
            return;
        }
        step->tier = static_cast<int>(std::clamp(params["order"].number().value_or(1), 1.0, 50.0));
        parameters(params, *step);
        timeouts(params, *step);
        traits(at["model_info"], *step);
        prices(params, at["model_info"], provider, model);
        Limits &limits = m_limits.try_emplace(provider, Limits{params}).first->second;
        ++limits.deployments;
        limits.rpm = params["rpm"].number().value_or(0);
        limits.tpm = params["tpm"].number().value_or(0);
        config::ChainConfig &chain = m_draft.chain(group, at["model_name"]);
        m_weights[chain.id].push_back(params["weight"].number().value_or(params["rpm"].number().value_or(1)));
        chain.steps.push_back(*std::move(step));
    }

    void parameters(const Node &params, config::StepConfig &step)
    {
        static const std::set<std::string, std::less<>> kKnown = {"model",
                                                                  "api_base",
                                                                  "base_url",
                                                                  "api_key",
                                                                  "rpm",
                                                                  "tpm",
                                                                  "weight",
                                                                  "order",
                                                                  "timeout",
                                                                  "stream_timeout",
                                                                  "custom_llm_provider",
                                                                  "organization",
                                                                  "input_cost_per_token",
                                                                  "output_cost_per_token",
                                                                  "cache_read_input_token_cost",
                                                                  "cache_creation_input_token_cost",
                                                                  "max_retries"};
        for (const Node &one : params.members()) {
            if (Draft::isParameter(one.name())) {
                m_draft.set(step, one.name(), one);
            } else if (one.name() == "extra_headers") {
                m_draft.notTaken(one, "headers of single models: set them at the provider");
            } else if (!kKnown.contains(one.name()) && one.there()) {
                m_draft.notTaken(one, "Signalbox has nothing like " + shown(one.name()));
            }
        }
    }

    static std::optional<config::Ms> seconds(const Node &at)
    {
        const auto value = at.number();
        return value && *value > 0 && *value <= 3600
                   ? std::optional(config::Ms(std::llround(std::max(*value * 1000, 1.0))))
                   : std::nullopt;
    }

    static void timeouts(const Node &params, config::StepConfig &step)
    {
        step.answer = seconds(params["timeout"]).value_or(step.answer);
        step.firstToken = seconds(params["stream_timeout"]).value_or(step.firstToken);
    }

    void traits(const Node &info, config::StepConfig &step)
    {
        if (const auto tokens = info["max_input_tokens"].number(); tokens && *tokens >= 1 && *tokens <= 1e9) {
            step.traits.contextTokens = static_cast<std::int64_t>(*tokens);
        }
        const auto flag = [&](std::string_view name, std::optional<bool> &out) {
            if (info[name].is(json::Value::Type::Bool)) {
                out = info[name].flag();
            }
        };
        flag("supports_vision", step.traits.images);
        flag("supports_function_calling", step.traits.tools);
        flag("supports_response_schema", step.traits.jsonSchema);
        if (const std::string mode = info["mode"].text();
            !mode.empty() && mode != "chat" && mode != "responses") {
            m_draft.changed(info["mode"], "this model is for " + shown(mode) + ", not for chat");
        }
    }

    void prices(const Node &params, const Node &info, const std::string &provider, const std::string &model)
    {
        config::ModelPrice price;
        const auto take = [&](std::string_view name, std::optional<base::TokenPrice> &out) {
            const auto dollars = params[name].there() ? params[name].number() : info[name].number();
            if (dollars && *dollars >= 0 && *dollars < 1) { // a token's, as nano-dollars of a million
                out = base::TokenPrice{std::llround(*dollars * 1e15)};
            }
        };
        take("input_cost_per_token", price.input);
        take("output_cost_per_token", price.output);
        take("cache_read_input_token_cost", price.cachedInput);
        take("cache_creation_input_token_cost", price.cacheWrite);
        if (price != config::ModelPrice()) {
            m_draft.providerById(provider).prices[model].base = price;
        }
    }

    /// Limits are of a deployment there and of a provider here: the same thing where it has only one.
    void takeLimits(const std::string &provider, const Limits &limits)
    {
        if (limits.rpm <= 0 && limits.tpm <= 0) {
            return;
        }
        if (limits.deployments > 1) {
            m_draft.notTaken(limits.at, "rpm and tpm are of a whole provider in Signalbox, and " + provider
                                            + " has several models; they only count as weights");
            return;
        }
        config::ProviderConfig &one = m_draft.providerById(provider);
        one.limits.requestsPerMinute = static_cast<int>(std::clamp(limits.rpm, 0.0, 1e6));
        one.limits.tokensPerMinute = static_cast<int>(std::clamp(limits.tpm, 0.0, 1e9));
    }

    void append(config::ChainConfig &chain, const std::vector<std::string> &names,
                const std::vector<config::ChainConfig> &groups, const Node &at)
    {
        int tier = 0;
        for (const config::StepConfig &step : chain.steps) {
            tier = std::max(tier, step.tier);
        }
        for (const std::string &name : names) {
            const config::ChainConfig *found = m_draft.chainNamed(name);
            const auto group = std::find_if(groups.begin(), groups.end(),
                                            [&](const auto &one) { return found && one.id == found->id; });
            if (group == groups.end() || group->id == chain.id || tier >= 90 || chain.steps.size() > 200) {
                m_draft.notTaken(at, "the fallback " + shown(name)
                                         + " is no model of this list that could be added");
                continue;
            }
            int highest = tier;
            for (config::StepConfig step : group->steps) {
                step.tier = std::min(step.tier + tier, 100);
                highest = std::max(highest, step.tier);
                chain.steps.push_back(std::move(step));
            }
            tier = highest;
        }
    }

    void fallbacks(const Node &list, const std::vector<config::ChainConfig> &groups)
    {
        for (const Node &entry : list.items()) {
            for (const Node &one : entry.members()) {
                if (one.name() == "*") {
                    m_default = one.texts();
                } else if (config::ChainConfig *chain = m_draft.chainNamed(one.name())) {
                    m_withFallback.insert(chain->id);
                    append(*chain, one.texts(), groups, one);
                } else {
                    m_draft.notTaken(one,
                                     "there is no model " + shown(one.name()) + " that could have fallbacks");
                }
            }
        }
    }

    void defaultFallbacks(const std::vector<config::ChainConfig> &groups)
    {
        for (const Node &settings : {m_router, m_litellm}) {
            const auto names = settings["default_fallbacks"].texts();
            m_default.insert(m_default.end(), names.begin(), names.end());
        }
        for (config::ChainConfig &chain : m_draft.out().chains) {
            std::vector<std::string> others;
            for (const std::string &name : m_default) {
                const config::ChainConfig *other = m_draft.chainNamed(name);
                if (!other || other->id != chain.id) {
                    others.push_back(name);
                }
            }
            if (!m_withFallback.contains(chain.id)) {
                append(chain, others, groups, m_router["default_fallbacks"]);
            }
        }
    }

    void aliases()
    {
        for (const Node &one : m_router["model_group_alias"].members()) {
            const std::string group = one["model"].there() ? one["model"].text() : one.text();
            if (m_draft.chainNamed(group)) {
                m_draft.alias(group, one.name(), one);
            } else {
                m_draft.notTaken(one, "the alias " + shown(one.name()) + " is of a model that was not taken");
            }
        }
    }

    void retries()
    {
        const Node own = m_router.any({"num_retries"});
        const Node at = own.there() ? own : m_litellm["num_retries"];
        const auto count = at.number();
        const Node time = m_router["timeout"].there() ? m_router["timeout"] : m_litellm["request_timeout"];
        if (count && *count >= 1) {
            m_draft.changed(at, "retries: each step is tried "
                                    + std::to_string(static_cast<int>(std::min(*count + 1, 10.0)))
                                    + " times");
        }
        for (config::ChainConfig &chain : m_draft.out().chains) {
            for (config::StepConfig &step : chain.steps) {
                step.tries = count && *count >= 1 ? static_cast<int>(std::min(*count + 1, 10.0)) : step.tries;
                step.answer = step.answer == config::StepConfig().answer ? seconds(time).value_or(step.answer)
                                                                         : step.answer;
            }
        }
    }

    void settings()
    {
        static const std::set<std::string, std::less<>> kDone = {
            "routing_strategy", "fallbacks", "default_fallbacks", "model_group_alias",
            "num_retries",      "timeout",   "request_timeout"};
        for (const Node &section : {m_router, m_litellm, m_root["general_settings"]}) {
            for (const Node &one : section.members()) {
                if (one.name() == "master_key") {
                    m_draft.notTaken(one, "LiteLLM's own key: tools get a token of Signalbox instead");
                } else if (one.name() == "context_window_fallbacks") {
                    m_draft.notTaken(one, "Signalbox skips steps whose context is too small by itself; add "
                                          "larger models to the chain");
                } else if (!kDone.contains(one.name())) {
                    m_draft.notTaken(one, "Signalbox has nothing like " + shown(one.name()));
                }
            }
        }
        for (const Node &one : m_root["environment_variables"].members()) {
            m_draft.notTaken(one, "set the variable " + shown(one.name()) + " where Signalbox is started");
        }
        for (const Node &one : m_root.members()) {
            static const std::set<std::string, std::less<>> kSections = {
                "model_list", "router_settings", "litellm_settings", "general_settings",
                "environment_variables"};
            if (!kSections.contains(one.name())) {
                m_draft.notTaken(one, "Signalbox has nothing like " + shown(one.name()));
            }
        }
    }

    const Node &m_root;
    Draft &m_draft;
    Node m_router;
    Node m_litellm;
    Strategy m_strategy = Strategy::Weighted;
    std::map<std::string, Limits> m_limits;
    std::map<std::string, std::vector<double>> m_weights; ///< of each chain's steps
    std::set<std::string> m_withFallback;
    std::vector<std::string> m_default;
};
} // namespace

void readLiteLlm(const Node &root, Draft &draft)
{
    LiteLlm(root, draft).read();
}

} // namespace signalbox::transfer
