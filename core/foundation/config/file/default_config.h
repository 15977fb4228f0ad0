// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/config/config.h"

namespace signalbox::config {

/// What a first start finds: works without a key and without a network. Chain `demo` goes from a simulated
/// provider that answers 429 half of the time to a steady one; both have prices, so that spend shows.
Config defaultConfig();

} // namespace signalbox::config
