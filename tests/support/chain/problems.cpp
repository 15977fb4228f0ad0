// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/chain/problems.h"

#include <QString>

namespace signalbox::test {

void Problems::add(int request, const std::string &what)
{
    constexpr std::size_t kMost = 20;
    ++m_count;
    if (++m_kinds[what.substr(0, 24)] <= 2 && m_first.size() < kMost) {
        const auto ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now().time_since_epoch()).count();
        const QString when = QStringLiteral("%1:%2:%3.%4")
                                 .arg(ms / 3'600'000)
                                 .arg(ms / 60'000 % 60, 2, 10, QLatin1Char('0'))
                                 .arg(ms / 1000 % 60, 2, 10, QLatin1Char('0'))
                                 .arg(ms % 1000, 3, 10, QLatin1Char('0'));
        m_first.push_back(when.toStdString() + " request " + std::to_string(request) + ": " + what);
    }
}

std::string Problems::text() const
{
    std::string out = std::to_string(m_count) + " problems";
    for (const std::string &one : m_first) {
        out += "\n" + one;
    }
    return out;
}

} // namespace signalbox::test
