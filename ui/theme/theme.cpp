// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QApplication>

#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style.h"
#include "ui/theme/system_scheme.h"

namespace signalbox::theme {

Theme::Theme(QObject *parent)
    : QObject(parent), m_system(new SystemScheme(this)), m_startedDark(theme::isDark(QApplication::palette()))
{
    QApplication::setFont(applicationFont(QApplication::font()));
    QApplication::setStyle(new Style); // the application owns it
    m_dark = m_system->dark().value_or(m_startedDark);
    QApplication::setPalette(makePalette(m_dark));
    connect(m_system, &SystemScheme::changed, this, &Theme::apply);
}

void Theme::setMode(Mode mode)
{
    const bool other = mode != m_mode;
    m_mode = mode;
    apply();
    if (other) {
        Q_EMIT modeChanged(mode);
    }
}

void Theme::apply()
{
    const bool dark =
        m_mode == Mode::System ? m_system->dark().value_or(m_startedDark) : m_mode == Mode::Dark;
    if (dark != m_dark) {
        m_dark = dark;
        QApplication::setPalette(makePalette(m_dark));
        Q_EMIT changed();
    }
}

} // namespace signalbox::theme
