// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <QString>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/money.h"

// Numbers and times as people read them, in the user's locale. What is not known is "?" or "–", never 0.
namespace signalbox::bridge {

QString text(std::string_view utf8);
std::string utf8(const QString &text);

/// "0.4 ms", "380 ms", "9.2 s", "2 min 5 s", "3 h 10 min"; "–" without a value.
QString formatDuration(std::optional<base::Duration> duration);
/// Two in one unit: "0.6 · 2.1 s".
QString formatPair(base::Duration first, std::optional<base::Duration> second);
QString formatCount(std::int64_t count); ///< with group separators
QString formatRate(double perMinute);
/// One request's cost: four decimals, "<$0.0001" for less, "?" when unknown.
QString formatCost(std::optional<base::Money> cost);
/// A sum: two decimals, as formatCost() below half a cent.
QString formatSpend(base::Money sum);
/// "0.4 %"; "–" when there is nothing to divide by.
QString formatShare(std::int64_t part, std::int64_t whole);

QString formatTime(base::WallTime at);    ///< local, "12:03:11"
QString formatMinute(base::WallTime at);  ///< local, "12:03"
QString formatDayTime(base::WallTime at); ///< with the date, for tool tips
/// "just now", "5 min ago", "3 h ago", then the date.
QString formatAgo(base::WallTime at, base::WallTime now);

} // namespace signalbox::bridge
