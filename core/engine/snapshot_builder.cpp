// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/snapshot_builder.h"

namespace signalbox::engine {

std::shared_ptr<const Snapshot> buildSnapshot(const config::Config &, metrics::Metrics &,
                                              const health::HealthBook &, const base::Clock &clock)
{
    auto s = std::make_shared<Snapshot>();
    s->at = clock.wallNow();
    return s;
}

} // namespace signalbox::engine
