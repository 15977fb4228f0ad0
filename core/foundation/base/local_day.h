// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/base/clock.h"

namespace signalbox::base {

/// A span of the calendar as people live it: from one local midnight to another.
struct LocalSpan {
    WallTime begin;
    WallTime end;
    bool contains(WallTime at) const { return begin <= at && at < end; }
};

// In the time zone of the machine.
/// The day of a moment: 23 to 25 hours.
LocalSpan localDayOf(WallTime at);
/// Its week, from Monday on.
LocalSpan localWeekOf(WallTime at);
LocalSpan localMonthOf(WallTime at);

} // namespace signalbox::base
