// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/request/chain/setup.h"
#include "core/request/health/target.h"

namespace signalbox::test {

/// A configuration as requests find it, without presets and keys: every provider can be used, at
/// https://<id>.example, or on this machine if it is tagged `local`. The preset `simulated` can go on with a
/// partial answer.
std::shared_ptr<const chain::Setup> setupFor(const config::Config &config);

/// The health book's name of a step of such a setup.
health::Target targetOf(const chain::Setup &setup, const config::StepConfig &step);

} // namespace signalbox::test
