// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/foundation/base/clock.h"
#include "core/record/events/outcome.h"
#include "core/request/health/target.h"

namespace signalbox::chain {

/// Why a target admits nobody, for people: what closed it and until when.
std::string whyClosed(const health::View &view, events::SkipReason reason, base::SteadyTime now);

} // namespace signalbox::chain
