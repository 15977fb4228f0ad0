// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <QObject>

namespace signalbox::theme {

class SystemScheme;

enum class Mode : std::uint8_t { System, Light, Dark };

/// Gives the application its style, palette and font, and follows the desktop's wish for light or dark unless
/// the user has chosen. Make one, after the QApplication. GUI thread; owned by the main window.
class Theme : public QObject
{
    Q_OBJECT

public:
    explicit Theme(QObject *parent = nullptr);

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    bool isDark() const { return m_dark; }

Q_SIGNALS:
    /// Light or dark has changed. Widgets hear it as QEvent::PaletteChange and need not connect.
    void changed();
    /// The user has chosen, wherever that was.
    void modeChanged(signalbox::theme::Mode mode);

private:
    void apply();

    SystemScheme *m_system;
    bool m_startedDark; ///< how the desktop's own palette looked, for where there is no portal
    Mode m_mode = Mode::System;
    bool m_dark = false;
};

} // namespace signalbox::theme
