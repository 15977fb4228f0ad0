// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/snapshot.h"
#include "core/record/ledger/rows.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::engine {
struct ServerState;
}

// What engine values look like and are called in the window: one place, so that every page says the same.
namespace signalbox::bridge {

using widgets::PillLook;

QString word(events::Outcome outcome); ///< "rate limited", "no first token in time", …
QString word(events::SkipReason reason);

PillLook serverLook(const engine::ServerState &server);
/// A breaker: OK, Half-open, "Rate limited until 12:14". `state` as in Snapshot.
PillLook breakerLook(const std::string &state, std::optional<events::Outcome> cause,
                     std::optional<base::WallTime> until);
PillLook healthLook(const engine::ProviderHealth &health); ///< no traffic is not OK
PillLook requestLook(const ledger::RequestRow &row);
PillLook attemptLook(const events::AttemptEnded &attempt);

} // namespace signalbox::bridge
