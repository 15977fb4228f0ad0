// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/base/clock.h"

namespace signalbox::metrics {

/// A day as people live it: from one local midnight to the next (23 to 25 hours).
struct LocalDay {
    base::WallTime begin;
    base::WallTime end;
    bool contains(base::WallTime at) const { return begin <= at && at < end; }
};

/// The local day of a moment, in the time zone of the machine.
LocalDay localDayOf(base::WallTime at);

} // namespace signalbox::metrics
