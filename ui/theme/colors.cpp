// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/colors.h"

#include <array>

namespace signalbox::theme {

namespace {

struct Pair {
    QRgb light;
    QRgb dark;
};

constexpr std::array<Pair, 15> kColors{{
    {0xFFF6F7F9, 0xFF14181E}, // Window
    {0xFFFFFFFF, 0xFF1C222B}, // Surface
    {0xFFD9DEE5, 0xFF323B47}, // Border
    {0xFF1B2430, 0xFFE7ECF2}, // Text
    {0xFF566273, 0xFF9AA7B7}, // Muted
    {0xFF1F5FBF, 0xFF6FA8FF}, // Accent
    {0xFFE3EDFB, 0xFF20304A}, // AccentWeak
    {0xFFFFFFFF, 0xFF10151C}, // OnAccent
    {0xFF187A48, 0xFF4CC38A}, // Ok
    {0xFFE4F4EB, 0xFF173226}, // OkWeak
    {0xFF8F6000, 0xFFE3B341}, // Caution
    {0xFFFBF1DC, 0xFF352B12}, // CautionWeak
    {0xFFC0362C, 0xFFFF7B72}, // Danger
    {0xFFFBE6E4, 0xFF3A1F1E}, // DangerWeak
    {0xFFC3CAD4, 0xFF46515F}, // Off
}};

constexpr std::array<Pair, 8> kSeries{{
    {0xFF0072B2, 0xFF4FA3E0},
    {0xFFC97B00, 0xFFE69F00},
    {0xFF00875F, 0xFF2FC08F},
    {0xFFB8568F, 0xFFE08BC0},
    {0xFF2E8FC7, 0xFF7CC8F2},
    {0xFFC44E00, 0xFFF08A4B},
    {0xFF6B5BD2, 0xFFA79BFF},
    {0xFF7A7A7A, 0xFFA8A8A8},
}};

QColor pick(const Pair &pair, bool dark)
{
    return QColor::fromRgba(dark ? pair.dark : pair.light);
}

QColor pick(Role role, bool dark)
{
    return pick(kColors.at(static_cast<std::size_t>(role)), dark);
}

} // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Active, QPalette::Window).lightness() < 110;
}

QColor color(Role role, const QPalette &palette)
{
    return pick(role, isDark(palette));
}

QColor ink(Tone tone, const QPalette &palette)
{
    switch (tone) {
    case Tone::Ok:
        return color(Role::Ok, palette);
    case Tone::Caution:
        return color(Role::Caution, palette);
    case Tone::Danger:
        return color(Role::Danger, palette);
    case Tone::Accent:
        return color(Role::Accent, palette);
    case Tone::Off:
        break;
    }
    return color(Role::Muted, palette);
}

QColor wash(Tone tone, const QPalette &palette)
{
    switch (tone) {
    case Tone::Ok:
        return color(Role::OkWeak, palette);
    case Tone::Caution:
        return color(Role::CautionWeak, palette);
    case Tone::Danger:
        return color(Role::DangerWeak, palette);
    case Tone::Accent:
        return color(Role::AccentWeak, palette);
    case Tone::Off:
        break;
    }
    return color(Role::Window, palette);
}

QColor seriesColor(int index, const QPalette &palette)
{
    const auto slot = static_cast<std::size_t>(index < 0 ? 7 : index % 8);
    return pick(kSeries.at(slot), isDark(palette));
}

QPalette makePalette(bool dark)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole where, Role role) { palette.setColor(where, pick(role, dark)); };
    set(QPalette::Window, Role::Window);
    set(QPalette::WindowText, Role::Text);
    set(QPalette::Base, Role::Surface);
    set(QPalette::AlternateBase, Role::Window);
    set(QPalette::Text, Role::Text);
    set(QPalette::PlaceholderText, Role::Muted);
    set(QPalette::Button, Role::Surface);
    set(QPalette::ButtonText, Role::Text);
    set(QPalette::BrightText, Role::Danger);
    set(QPalette::ToolTipBase, Role::Surface);
    set(QPalette::ToolTipText, Role::Text);
    set(QPalette::Highlight, Role::AccentWeak);
    set(QPalette::HighlightedText, Role::Text);
    set(QPalette::Link, Role::Accent);
    set(QPalette::LinkVisited, Role::Accent);
    set(QPalette::Light, Role::Surface);
    set(QPalette::Midlight, Role::Window);
    set(QPalette::Mid, Role::Border);
    set(QPalette::Dark, Role::Border);
    set(QPalette::Shadow, Role::Border);
    const QColor faint = dark ? QColor(0x6B, 0x77, 0x86) : QColor(0x93, 0x9D, 0xAA);
    for (const auto where : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, where, faint);
    }
    return palette;
}

} // namespace signalbox::theme
