// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/file/default_config.h"

namespace signalbox::config {

namespace {
constexpr std::int64_t kDollar = 1'000'000'000; // in nano-dollars

TieredPrice price(std::int64_t input, std::int64_t cachedInput, std::int64_t output)
{
    TieredPrice out;
    out.base.input = base::TokenPrice{input};
    out.base.cachedInput = base::TokenPrice{cachedInput};
    out.base.output = base::TokenPrice{output};
    return out;
}

StepConfig step(const char *provider, const char *model)
{
    StepConfig out;
    out.provider = provider;
    out.model = model;
    return out;
}
} // namespace

Config defaultConfig()
{
    ProviderConfig primary;
    primary.id = "sim-primary";
    primary.name = "Simulated, unreliable";
    primary.preset = "simulated";
    primary.models = {"sim-large"};
    primary.prices["*"] = price(5 * kDollar / 2, kDollar / 4, 10 * kDollar);
    primary.simulate.errors["429"] = 0.5;

    ProviderConfig backup;
    backup.id = "sim-backup";
    backup.name = "Simulated, steady";
    backup.preset = "simulated";
    backup.models = {"sim-small"};
    backup.prices["*"] = price(kDollar / 2, kDollar / 20, 2 * kDollar);
    backup.simulate.firstToken = Ms(300);
    backup.simulate.tokensPerSecond = 60;
    backup.simulate.seed = 2;

    ChainConfig demo;
    demo.id = "demo";
    demo.steps = {step("sim-primary", "sim-large"), step("sim-backup", "sim-small")};

    Config out;
    out.providers = {primary, backup};
    out.chains = {demo};
    return out;
}

} // namespace signalbox::config
