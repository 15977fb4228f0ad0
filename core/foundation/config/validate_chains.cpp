// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/validate_chains.h"

#include <algorithm>
#include <array>

namespace signalbox::config {

namespace {
/// Parameters that Signalbox itself writes into every request.
constexpr std::array<std::string_view, 3> kOurParameters = {"model", "messages", "stream"};

bool isOurs(std::string_view parameter)
{
    return std::find(kOurParameters.begin(), kOurParameters.end(), parameter) != kOurParameters.end();
}

/// Collects the mistakes of the chains and rules of one configuration.
class ChainChecker
{
public:
    ChainChecker(const Config &config, Findings &findings) : m_config(config), m_findings(findings) {}

    void check()
    {
        checkIds(m_findings, "chains", m_config.chains);
        std::map<std::string_view, std::size_t> owners;
        for (std::size_t i = 0; i < m_config.chains.size(); ++i) {
            const ChainConfig &chain = m_config.chains[i];
            checkAliases(i, owners);
            checkSteps(at("chains", i), chain);
            checkPolicy(at("chains", i, "policy"), chain.policy);
            checkStrategy(at("chains", i), chain);
        }
        checkRules();
    }

private:
    void checkAliases(std::size_t index, std::map<std::string_view, std::size_t> &owners)
    {
        const ChainConfig &chain = m_config.chains[index];
        for (std::size_t j = 0; j < chain.aliases.size(); ++j) {
            const std::string &alias = chain.aliases[j];
            const std::string path = at(at("chains", index, "aliases"), j);
            if (alias.empty()) {
                m_findings.wrong(path, "must not be empty");
            } else if (m_config.chain(alias)) {
                m_findings.wrong(path, quoted(alias) + " is already the id of a chain");
            } else if (const auto [owner, fresh] = owners.emplace(alias, index); !fresh) {
                m_findings.wrong(path,
                                 quoted(alias) + " is already an alias of " + at("chains", owner->second));
            }
        }
    }

    static std::ptrdiff_t enabledSteps(const ChainConfig &chain)
    {
        return std::count_if(chain.steps.begin(), chain.steps.end(),
                             [](const StepConfig &step) { return step.enabled; });
    }

    void checkSteps(const std::string &path, const ChainConfig &chain)
    {
        const std::string steps = path + ".steps";
        if (chain.steps.empty()) {
            m_findings.wrong(steps, "a chain needs at least one step");
        } else if (chain.enabled && enabledSteps(chain) == 0) {
            m_findings.warn(steps, "every step is switched off: this chain cannot answer");
        }
        for (std::size_t j = 0; j < chain.steps.size(); ++j) {
            checkStep(at(steps, j), chain.steps[j]);
        }
    }

    void checkStep(const std::string &path, const StepConfig &step)
    {
        if (!m_config.provider(step.provider)) {
            m_findings.wrong(path + ".provider",
                             missing("provider", step.provider, idsOf(m_config.providers)));
        }
        if (step.model.empty()) {
            m_findings.wrong(path + ".model", "must not be empty");
        } else if (step.model.ends_with("-latest")) {
            m_findings.warn(path + ".model", "is an alias that the provider moves to other models without "
                                             "notice: name a version to keep answers and prices as they are");
        }
        checkMaxCost(path, step.maxCost);
        for (const auto &[name, value] : step.set) {
            checkParameter(entry(path + ".set", name), name);
        }
        for (std::size_t i = 0; i < step.strip.size(); ++i) {
            const std::string &name = step.strip[i];
            checkParameter(at(path + ".strip", i), name);
            if (step.set.contains(name)) {
                m_findings.wrong(at(path + ".strip", i),
                                 quoted(name) + " is also set: take it out of \"set\" or of \"strip\"");
            }
        }
    }

    void checkParameter(const std::string &path, std::string_view name)
    {
        if (name.empty()) {
            m_findings.wrong(path, "must name a parameter of the request");
        } else if (isOurs(name)) {
            m_findings.wrong(path, quoted(name)
                                       + " is written by Signalbox itself: it can neither be set nor "
                                         "taken out");
        }
    }

    void checkMaxCost(const std::string &path, const std::optional<base::Money> &amount)
    {
        if (amount && amount->nano <= 0) {
            m_findings.wrong(path + ".maxCostUsd",
                             "must be more than 0: nothing could be asked; leave it out for no limit");
        }
    }

    void checkPolicy(const std::string &path, const ChainPolicy &policy)
    {
        checkMaxCost(path, policy.maxCost);
        const bool holdsBack = policy.holdBackTokens > 0 || policy.holdBack > Ms(0);
        const bool whole = policy.midStream == MidStream::Restart;
        if (whole && holdsBack) {
            m_findings.warn(path + (policy.holdBackTokens > 0 ? ".holdBackTokens" : ".holdBackMs"),
                            "has no effect: with midStream \"restart\" nothing is sent until the answer is "
                            "whole");
        }
        for (const auto &[on, name] :
             {std::pair(policy.fallbackOn.looping, ".fallbackOn.looping"),
              std::pair(policy.fallbackOn.brokenToolCall, ".fallbackOn.brokenToolCall")}) {
            if (on && !holdsBack && !whole) {
                m_findings.warn(path + name, "does nothing for an answer that streams: it is seen only after "
                                             "content has reached the tool; set holdBackTokens, or midStream "
                                             "\"restart\"");
            }
        }
    }

    void checkStrategy(const std::string &path, const ChainConfig &chain)
    {
        if (chain.strategy != Strategy::Race && chain.strategy != Strategy::Hedged) {
            return;
        }
        if (chain.policy.retryBudget == 0) {
            m_findings.warn(path + ".policy.retryBudget",
                            "0 leaves this strategy no second step to start: set it above 0, or choose the "
                            "strategy \"ordered\"");
        }
        if (enabledSteps(chain) == 1) {
            m_findings.warn(path + ".strategy", "has no effect with one step: it starts steps side by side");
        }
    }

    void checkRules()
    {
        checkIds(m_findings, "rules", m_config.rules);
        const auto &rules = m_config.rules;
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (!m_config.chain(rules[i].chain)) {
                m_findings.wrong(at("rules", i, "chain"),
                                 missing("chain", rules[i].chain, idsOf(m_config.chains)));
            }
            if (rules[i].enabled && rules[i].when.op == Condition::Op::Always && i + 1 < rules.size()) {
                m_findings.warn(at("rules", i), "takes every request, so the rules after it are never "
                                                "reached: give it a condition (\"when\"), or put it last");
            }
        }
    }

    const Config &m_config;
    Findings &m_findings;
};
} // namespace

std::string missing(std::string_view what, std::string_view name, const std::vector<std::string_view> &known)
{
    std::string out = "there is no " + std::string(what) + " " + quoted(name);
    if (const auto like = nearest(name, known)) {
        return out + "; did you mean " + quoted(*like) + "?";
    }
    std::string names;
    for (const std::string_view one : known) {
        names += (names.empty() ? "" : ", ") + std::string(one);
    }
    return out + (names.empty() ? "" : "; there is: " + names);
}

void checkId(Findings &findings, const std::string &path, const std::string &id)
{
    if (!isValidId(id)) {
        findings.wrong(path, id.find('/') != std::string::npos
                                 ? "an id must not hold a '/': it separates provider and model"
                                 : "an id has 1 to 64 characters from a-z, 0-9, '.', '_' and "
                                   "'-', the first a letter or digit");
    }
}

void chainMistakes(const Config &config, Findings &findings)
{
    ChainChecker(config, findings).check();
}

} // namespace signalbox::config
