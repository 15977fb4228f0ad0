// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/calendar/local_day.h"

#include <QDateTime>

namespace signalbox::calendar {

namespace {
using std::chrono::milliseconds;

QDate dateOf(base::WallTime at)
{
    const auto ms = std::chrono::floor<milliseconds>(at).time_since_epoch().count();
    return QDateTime::fromMSecsSinceEpoch(ms).date();
}

LocalSpan span(QDate first, QDate last)
{
    const auto begin = [](QDate date) {
        return base::WallTime(milliseconds(date.startOfDay().toMSecsSinceEpoch()));
    };
    return {begin(first), begin(last)};
}
} // namespace

LocalSpan localDayOf(base::WallTime at)
{
    const QDate day = dateOf(at);
    return span(day, day.addDays(1));
}

LocalSpan localWeekOf(base::WallTime at)
{
    const QDate day = dateOf(at);
    const QDate monday = day.addDays(1 - day.dayOfWeek());
    return span(monday, monday.addDays(7));
}

LocalSpan localMonthOf(base::WallTime at)
{
    const QDate day = dateOf(at);
    const QDate first(day.year(), day.month(), 1);
    return span(first, first.addMonths(1));
}

} // namespace signalbox::calendar
