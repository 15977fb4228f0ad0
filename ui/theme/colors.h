// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <QColor>
#include <QPalette>

// The colours of the window by what they mean. Every function takes the palette of the widget that paints, so
// that a widget follows light and dark without knowing about it: a change of theme arrives as PaletteChange.
namespace signalbox::theme {

enum class Role : std::uint8_t {
    Window,
    Surface, ///< cards, fields, bars
    Border,
    Text,
    Muted,
    Accent,
    AccentWeak, ///< selection, current page
    OnAccent,   ///< text on Accent
    Ok,
    OkWeak,
    Caution,
    CautionWeak,
    Danger,
    DangerWeak,
    Off, ///< no data, switched off
};

/// What a status says. Never told by colour alone: a word and a shape stand beside it.
enum class Tone : std::uint8_t { Ok, Caution, Danger, Off, Accent };

bool isDark(const QPalette &palette);
QColor color(Role role, const QPalette &palette);
QColor ink(Tone tone, const QPalette &palette);  ///< text and marks
QColor wash(Tone tone, const QPalette &palette); ///< the ground behind them
/// The colour of the n-th series (provider), repeating after eight; told apart by colour-blind eyes.
QColor seriesColor(int index, const QPalette &palette);

/// The palette of the application. Muted text is QPalette::PlaceholderText, accent text QPalette::Link,
/// the surface QPalette::Base, the border QPalette::Mid.
QPalette makePalette(bool dark);

} // namespace signalbox::theme
