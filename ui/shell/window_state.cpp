// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/window_state.h"

#include <QSettings>
#include <QVariant>

namespace signalbox::shell {

WindowState::WindowState(std::string file) : m_file(QString::fromStdString(file)) {}

QVariant WindowState::get(const char *key) const
{
    return m_file.isEmpty() ? QVariant() : QSettings(m_file, QSettings::IniFormat).value(QLatin1String(key));
}

void WindowState::set(const char *key, const QVariant &value)
{
    if (!m_file.isEmpty()) {
        QSettings(m_file, QSettings::IniFormat).setValue(QLatin1String(key), value);
    }
}

QByteArray WindowState::geometry() const
{
    return get("geometry").toByteArray();
}

void WindowState::setGeometry(const QByteArray &geometry)
{
    set("geometry", geometry);
}

theme::Mode WindowState::theme() const
{
    const QString mode = get("theme").toString();
    return mode == QLatin1String("light")  ? theme::Mode::Light
           : mode == QLatin1String("dark") ? theme::Mode::Dark
                                           : theme::Mode::System;
}

void WindowState::setTheme(theme::Mode mode)
{
    set("theme", mode == theme::Mode::Light  ? QStringLiteral("light")
                 : mode == theme::Mode::Dark ? QStringLiteral("dark")
                                             : QStringLiteral("system"));
}

PageId WindowState::page() const
{
    const int page = get("page").toInt();
    return page > 0 && page <= static_cast<int>(PageId::Settings) ? static_cast<PageId>(page)
                                                                  : PageId::Overview;
}

void WindowState::setPage(PageId page)
{
    set("page", static_cast<int>(page));
}

} // namespace signalbox::shell
