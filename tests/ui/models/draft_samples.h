// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/config/config.h"

namespace signalbox::test {

inline config::StepConfig stepOf(std::string provider, std::string model = "some-model")
{
    config::StepConfig step;
    step.provider = std::move(provider);
    step.model = std::move(model);
    return step;
}

/// Steps a, b, c, d of providers a, b, c, d.
inline config::ChainConfig chainOfFour()
{
    config::ChainConfig chain;
    chain.id = "coding";
    chain.version = 7;
    chain.aliases = {"gpt-5*"};
    chain.steps = {stepOf("a"), stepOf("b"), stepOf("c"), stepOf("d")};
    return chain;
}

} // namespace signalbox::test
