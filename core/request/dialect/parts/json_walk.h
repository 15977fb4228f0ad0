// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

namespace signalbox::parts {

constexpr int kMaxJsonDepth = 128;

/// Visits a whole value, so that a mistake anywhere in it is found. No recursion deeper than kMaxJsonDepth.
simdjson::error_code walk(simdjson::ondemand::value value, int depth);

} // namespace signalbox::parts
