// SPDX-License-Identifier: GPL-3.0-or-later
// A Portkey config:
//   {strategy: {mode: single|loadbalance|fallback|conditional, on_status_codes, conditions, default},
//   targets: [config…],
//    provider, api_key, virtual_key, custom_host, override_params: {model, …}, weight, name, retry:
//    {attempts}, cache, request_timeout (ms)}
// Targets are configs again and take over what stands around them. An export may wrap it: {name, slug,
// config}. Source: portkey.ai/docs/api-reference/inference-api/config-object.
#include <algorithm>
#include <set>

#include "core/foundation/base/stable_order.h"
#include "core/transfer/formats/formats.h"
#include "core/transfer/text/secret_text.h"

namespace signalbox::transfer {

namespace {
constexpr int kDeepest = 8;
constexpr std::size_t kMostSteps = 200;

class Portkey
{
public:
    explicit Portkey(Draft &draft) : m_draft(draft) {}

    void read(const Node &root)
    {
        const Node inner = root["config"].is(json::Value::Type::Object) ? root["config"] : root;
        std::string name = root.any({"slug", "name"}).text();
        name = name.empty() || looksLikeSecret(name) ? "portkey" : name;
        if (inner["strategy"]["mode"].text() == "conditional") {
            conditional(inner, name);
            return;
        }
        Chain chain;
        walk(inner, {}, 1, 1, 0, chain);
        finish(name, root, std::move(chain));
    }

private:
    struct Chain {
        std::vector<config::StepConfig> steps;
        std::vector<double> weights; ///< of each step, as they are written
        bool weighted = false;
    };
    /// What a target takes over from what stands around it.
    struct Around {
        std::vector<Node> params; ///< outermost first
        std::optional<double> attempts;
        std::optional<double> timeout;
    };

    void finish(const std::string &name, const Node &at, Chain chain)
    {
        if (chain.steps.empty()) {
            m_draft.notTaken(at, "no step came of the config " + shown(name));
            return;
        }
        takeWeights(chain.steps, chain.weights);
        config::ChainConfig &out = m_draft.chain(name, at);
        out.strategy = chain.weighted ? config::Strategy::Weighted : config::Strategy::Ordered;
        out.steps = std::move(chain.steps);
        if (!chain.weighted) { // in their order
            base::stableOrder(out.steps, [](const auto &a, const auto &b) { return a.tier < b.tier; });
        }
    }

    void conditional(const Node &root, const std::string &name)
    {
        const Node strategy = root["strategy"];
        for (const Node &target : root["targets"].items()) {
            std::string own = target["name"].text();
            own = looksLikeSecret(own) ? std::string() : own;
            Chain chain;
            walk(target, around(root, {}), 1, 1, 1, chain);
            finish(own.empty() ? name : name + "-" + own, target, std::move(chain));
        }
        for (const Node &one : strategy["conditions"].items()) {
            m_draft.notTaken(
                one, "which target is for which request: each is a chain of its own now; make a rule that "
                     "leads to the chain for "
                         + shown(one["then"].text()));
        }
        if (strategy["default"].there()) {
            m_draft.notTaken(strategy["default"],
                             "the target for all other requests was " + shown(strategy["default"].text()));
        }
    }

    Around around(const Node &at, Around out)
    {
        if (at["override_params"].there()) {
            out.params.push_back(at["override_params"]);
        }
        if (const auto attempts = at["retry"]["attempts"].number()) {
            out.attempts = attempts;
        }
        if (const auto timeout = at["request_timeout"].number()) {
            out.timeout = timeout;
        }
        return out;
    }

    /// Adds the steps below `at`, from `tier` on; gives the first tier behind them.
    int walk(const Node &at, Around from, int tier, double weight, int depth, Chain &chain)
    {
        from = around(at, std::move(from));
        reportRest(at);
        const auto targets = at["targets"].items();
        if (targets.empty()) {
            target(at, from, tier, weight, chain);
            return tier + 1;
        }
        if (depth >= kDeepest) {
            m_draft.notTaken(at, "these targets are nested too deeply");
            return tier;
        }
        const std::string mode = at["strategy"]["mode"].text();
        const bool balanced = mode == "loadbalance";
        if (!mode.empty() && mode != "loadbalance" && mode != "fallback" && mode != "single") {
            m_draft.changed(at["strategy"],
                            "the mode " + shown(mode) + " becomes a fallback in the order of its targets");
        }
        if (at["strategy"]["on_status_codes"].there()) {
            m_draft.changed(at["strategy"]["on_status_codes"],
                            "the chain goes on after every failure that another provider could answer; its "
                            "fallbackOn says which");
        }
        int behind = tier;
        for (const Node &one : targets) {
            const double own = one["weight"].number().value_or(1);
            if (balanced && own <= 0) {
                m_draft.notTaken(one, "a target of weight 0 gets no request");
                continue;
            }
            if (balanced && one["targets"].there() && tier != behind && !m_saidMixed) {
                m_saidMixed = true;
                m_draft.changed(one, "fallbacks inside of a load balance: what comes second in each of its "
                                     "targets is one further tier for all");
            }
            const int end =
                walk(one, from, balanced ? tier : behind, balanced ? weight * own : weight, depth + 1, chain);
            behind = std::max(behind, end);
            if (mode == "single") {
                break;
            }
        }
        chain.weighted = chain.weighted || balanced;
        return behind;
    }

    /// The innermost one counts.
    static std::string modelOf(const Node &at, const Around &from)
    {
        std::string model;
        for (const Node &params : from.params) {
            model = params["model"].there() ? params["model"].text() : model;
        }
        return at["model"].there() ? at["model"].text() : model;
    }

    void target(const Node &at, const Around &from, int tier, double weight, Chain &chain)
    {
        if (chain.steps.size() >= kMostSteps) {
            m_draft.notTaken(at, "the chain has too many steps");
            return;
        }
        std::string vendor = at["provider"].text();
        if (const Node key = at["virtual_key"]; key.there() || vendor.starts_with('@')) {
            m_draft.notTaken(key.there() ? key : at["provider"],
                             "the virtual key is kept by Portkey and is not in the document: add the "
                             "provider and its key");
            if (vendor.empty() || vendor.starts_with('@')) {
                return;
            }
        }
        std::string model = modelOf(at, from);
        if (model.starts_with('@')) {
            m_draft.notTaken(at, "the model " + shown(model) + " is of a provider that Portkey keeps");
            return;
        }
        Draft::Wanted wanted;
        wanted.name = vendor;
        wanted.vendor = vendor;
        wanted.url = at["custom_host"].text();
        wanted.key = at["api_key"].text();
        azure(at, wanted, model);
        const auto provider = m_draft.provider(wanted, at);
        if (!provider) {
            return;
        }
        if (model.empty()) {
            m_draft.notTaken(at, "this target sends on the model that the tool asks for; a step needs one: "
                                 "add it to override_params");
            return;
        }
        auto step = m_draft.step(*provider, model, at);
        if (!step) {
            return;
        }
        step->tier = std::min(tier, 100);
        chain.weights.push_back(weight);
        takeOver(*step, from);
        chain.steps.push_back(*std::move(step));
    }

    void takeOver(config::StepConfig &step, const Around &from)
    {
        step.tries = static_cast<int>(std::clamp(from.attempts.value_or(0) + 1, 1.0, 10.0));
        if (from.timeout && *from.timeout >= 1 && *from.timeout <= 3.6e6) {
            step.answer = config::Ms(static_cast<int>(*from.timeout));
        }
        for (const Node &params : from.params) {
            for (const Node &one : params.members()) {
                if (one.name() != "model") {
                    m_draft.set(step, one.name(), one);
                }
            }
        }
    }

    static void azure(const Node &at, Draft::Wanted &wanted, std::string &model)
    {
        const std::string resource = at.any({"resource_name", "azure_resource_name"}).text();
        const std::string deployment = at.any({"deployment_id", "azure_deployment_id"}).text();
        if (wanted.url.empty() && !resource.empty()) {
            wanted.url = "https://" + resource + ".openai.azure.com/openai/v1";
        }
        model = deployment.empty() ? model : deployment;
    }

    void reportRest(const Node &at)
    {
        static const std::set<std::string, std::less<>> kKnown = {"strategy",
                                                                  "targets",
                                                                  "provider",
                                                                  "api_key",
                                                                  "virtual_key",
                                                                  "custom_host",
                                                                  "override_params",
                                                                  "weight",
                                                                  "name",
                                                                  "slug",
                                                                  "id",
                                                                  "retry",
                                                                  "request_timeout",
                                                                  "model",
                                                                  "resource_name",
                                                                  "azure_resource_name",
                                                                  "deployment_id",
                                                                  "azure_deployment_id",
                                                                  "api_version",
                                                                  "azure_api_version"};
        for (const Node &one : at.members()) {
            if (one.name() == "cache") {
                m_draft.notTaken(one, "this version keeps no answers");
            } else if (!kKnown.contains(one.name()) && one.there()) {
                m_draft.notTaken(one, "Signalbox has nothing like " + shown(one.name()));
            }
        }
    }

    Draft &m_draft;
    bool m_saidMixed = false;
};
} // namespace

void readPortkey(const Node &root, Draft &draft)
{
    Portkey(draft).read(root);
}

} // namespace signalbox::transfer
