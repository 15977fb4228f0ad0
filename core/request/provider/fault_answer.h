// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/base/dialect.h"
#include "core/request/provider/fault.h"
#include "core/request/provider/simulated_answer.h"

namespace signalbox::provider {

/// What a fault that reaches no provider answers instead. Pure; `fault` must be one of those but TlsError,
/// which does not come as far as an answer.
SimulatedAnswer faultAnswer(Fault fault, base::Dialect dialect, bool stream);

} // namespace signalbox::provider
