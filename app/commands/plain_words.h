// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/money.h"
#include "core/record/events/outcome.h"

// What commands print, in words that all of them share.
namespace signalbox::app {

/// Text that others wrote, safe for a terminal: one line, no control characters.
std::string plain(std::string text);
/// "2.34 s", "81 ms", "0.10 ms".
std::string took(base::Duration duration);
/// "$0.0312", or "unknown".
std::string money(std::optional<base::Money> amount);
const char *words(events::Outcome outcome);
std::string words(events::SkipReason reason);

} // namespace signalbox::app
