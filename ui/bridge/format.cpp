// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace signalbox::bridge {

namespace {

using namespace std::chrono;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(format)
};

QString number(double value, int decimals)
{
    return QLocale().toString(value, 'f', decimals);
}

QDateTime local(base::WallTime at)
{
    return QDateTime::fromMSecsSinceEpoch(duration_cast<milliseconds>(at.time_since_epoch()).count());
}

QString dollars(base::Money money, int decimals)
{
    const QLocale locale;
    const double amount = static_cast<double>(money.nano) / 1e9;
    // The C locale, where no language is set, would put the sign behind.
    return locale.language() == QLocale::C ? QStringLiteral("$") + locale.toString(amount, 'f', decimals)
                                           : locale.toCurrencyString(amount, QStringLiteral("$"), decimals);
}

} // namespace

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::string utf8(const QString &text)
{
    return text.toStdString();
}

QString formatDuration(std::optional<base::Duration> duration)
{
    if (!duration) {
        return QStringLiteral("–");
    }
    const double ms = base::toMs(*duration);
    if (ms < 9.95) {
        return Words::tr("%1 ms").arg(number(ms, 1));
    }
    if (ms < 999.5) {
        return Words::tr("%1 ms").arg(number(ms, 0));
    }
    if (ms < 59'950) {
        return Words::tr("%1 s").arg(number(ms / 1000, 1));
    }
    const auto s = static_cast<qint64>(ms / 1000 + 0.5);
    if (s < 3600) {
        return s % 60 ? Words::tr("%1 min %2 s").arg(s / 60).arg(s % 60) : Words::tr("%1 min").arg(s / 60);
    }
    return Words::tr("%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60);
}

QString formatPair(base::Duration first, std::optional<base::Duration> second)
{
    const double ms = std::max(base::toMs(first), base::toMs(second.value_or(first)));
    const bool seconds = ms >= 999.5;
    const auto one = [&](base::Duration d) {
        return seconds ? number(base::toMs(d) / 1000, 1) : number(base::toMs(d), 0);
    };
    const QString both = second ? Words::tr("%1 · %2").arg(one(first), one(*second)) : one(first);
    return seconds ? Words::tr("%1 s").arg(both) : Words::tr("%1 ms").arg(both);
}

QString formatCount(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString formatRate(double perMinute)
{
    return number(perMinute,
                  perMinute > 0 && perMinute < 9.95 && perMinute != static_cast<int>(perMinute) ? 1 : 0);
}

QString formatCost(std::optional<base::Money> cost)
{
    if (!cost) {
        return QStringLiteral("?");
    }
    if (cost->nano > 0 && cost->nano < 50'000) {
        return QStringLiteral("<") + dollars({100'000}, 4);
    }
    return dollars(*cost, 4);
}

QString formatSpend(base::Money sum)
{
    if (sum.nano > 0 && sum.nano < 5'000'000) {
        return QStringLiteral("<") + dollars({10'000'000}, 2);
    }
    return dollars(sum, 2);
}

QString formatShare(std::int64_t part, std::int64_t whole)
{
    if (whole <= 0) {
        return QStringLiteral("–");
    }
    const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return Words::tr("%1 %").arg(number(percent, percent > 0 && percent < 9.95 ? 1 : 0));
}

QString formatTime(base::WallTime at)
{
    return local(at).toString(QStringLiteral("HH:mm:ss"));
}

QString formatMinute(base::WallTime at)
{
    return local(at).toString(QStringLiteral("HH:mm"));
}

QString formatDayTime(base::WallTime at)
{
    return QLocale().toString(local(at), QLocale::ShortFormat);
}

QString formatAgo(base::WallTime at, base::WallTime now)
{
    const auto age = duration_cast<minutes>(now - at).count();
    if (age < 1) {
        return Words::tr("just now");
    }
    if (age < 60) {
        return Words::tr("%1 min ago").arg(age);
    }
    if (age < 24 * 60) {
        return Words::tr("%1 h ago").arg(age / 60);
    }
    return QLocale().toString(local(at).date(), QLocale::ShortFormat);
}

} // namespace signalbox::bridge
