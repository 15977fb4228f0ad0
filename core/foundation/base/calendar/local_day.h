// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/base/clock.h"

namespace signalbox::calendar {

/// A span of the calendar as people live it: from one local midnight to another.
struct LocalSpan {
    base::WallTime begin;
    base::WallTime end;
    bool contains(base::WallTime at) const { return begin <= at && at < end; }
};

// In the time zone of the machine.
/// The day of a moment: 23 to 25 hours.
LocalSpan localDayOf(base::WallTime at);
/// Its week, from Monday on.
LocalSpan localWeekOf(base::WallTime at);
LocalSpan localMonthOf(base::WallTime at);

} // namespace signalbox::calendar
