// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/metrics/local_day.h"

#include <QDateTime>

namespace signalbox::metrics {

LocalDay localDayOf(base::WallTime at)
{
    using std::chrono::milliseconds;
    const auto ms = std::chrono::floor<milliseconds>(at).time_since_epoch().count();
    const QDate day = QDateTime::fromMSecsSinceEpoch(ms).date();
    const auto begin = [](QDate date) {
        return base::WallTime(milliseconds(date.startOfDay().toMSecsSinceEpoch()));
    };
    return {begin(day), begin(day.addDays(1))};
}

} // namespace signalbox::metrics
