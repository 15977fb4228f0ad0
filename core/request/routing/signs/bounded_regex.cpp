// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/signs/bounded_regex.h"

namespace signalbox::signs {

BoundedRegex::BoundedRegex(const std::string &pattern)
    : m_regex(QStringLiteral("(*NO_JIT)(*LIMIT_MATCH=10000)") + QString::fromStdString(pattern),
              QRegularExpression::UseUnicodePropertiesOption)
{}

BoundedRegex::Found BoundedRegex::find(QStringView text, qsizetype at) const
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const QRegularExpressionMatch match = m_regex.matchView(text, at);
#else
    const QRegularExpressionMatch match = m_regex.match(text, at);
#endif
    return match.hasMatch() ? Found::Yes : match.isValid() ? Found::No : Found::GaveUp;
}

} // namespace signalbox::signs
