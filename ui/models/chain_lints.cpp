// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_lints.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/bridge/format.h"

namespace signalbox::models {

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("ChainLint", text);
}

void lintStep(const config::ChainConfig &chain, int row, const Surroundings &around,
              std::vector<ChainLint> &lints)
{
    const auto &step = chain.steps[static_cast<std::size_t>(row)];
    if (step.provider.empty()) {
        lints.push_back({row, tr("Choose a provider")});
        return;
    }
    const auto *provider = around.config ? around.config->provider(step.provider) : nullptr;
    if (!provider) {
        lints.push_back({row, tr("There is no provider “%1”").arg(bridge::text(step.provider))});
        return;
    }
    if (step.model.empty()) {
        lints.push_back({row, tr("Choose a model")});
    }
    if (!provider->enabled) {
        lints.push_back(
            {row, tr("%1 is disabled, so this step is skipped").arg(around.providerName(*provider))});
    } else if (around.lacksKey(*provider)) {
        lints.push_back({row, tr("%1 has no key, so this step fails").arg(around.providerName(*provider))});
    }
    if (row > 0 && chain.steps[static_cast<std::size_t>(row) - 1].provider == step.provider) {
        lints.push_back({row, tr("Same provider as the step before: both fail together")});
    }
    if (step.patience.count() > 0 && step.tries < 2) {
        lints.push_back({row, tr("Patience needs at least 2 tries")});
    }
    if (step.firstToken > step.total) {
        lints.push_back({row, tr("The first-token limit is longer than the total limit")});
    }
}
} // namespace

std::vector<ChainLint> lintChain(const config::ChainConfig &chain, const Surroundings &around)
{
    std::vector<ChainLint> lints;
    if (!chain.steps.empty() && std::ranges::none_of(chain.steps, &config::StepConfig::enabled)) {
        lints.push_back({-1, tr("Every step is switched off: requests to this chain fail")});
    }
    for (int row = 0; row < static_cast<int>(chain.steps.size()); ++row) {
        lintStep(chain, row, around, lints);
    }
    return lints;
}

} // namespace signalbox::models
