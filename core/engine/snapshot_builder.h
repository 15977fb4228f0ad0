// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/engine/snapshot.h"
#include "core/foundation/base/clock.h"
#include "core/foundation/config/config.h"
#include "core/record/metrics/metrics.h"
#include "core/request/health/health_book.h"

namespace signalbox::engine {

/// The picture the window draws, from what metrics and breakers say now. Engine thread.
std::shared_ptr<Snapshot> buildSnapshot(const config::Config &config, metrics::Metrics &metrics,
                                        const health::HealthBook &health, const base::Clock &clock);

} // namespace signalbox::engine
