// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <QFont>

namespace signalbox::theme {

/// 11, 13, 16 and 22 px at 96 dpi, scaled with the application's font.
enum class TextSize : std::uint8_t { Small, Body, Title, Figure };
enum class Weight : std::uint8_t { Regular, Strong };

QFont font(TextSize size, Weight weight = Weight::Regular);
/// For URLs, model names and code only.
QFont monoFont(TextSize size = TextSize::Body);
/// The system's interface font in the size the window is made for, or larger if the user asks for larger.
QFont applicationFont(QFont system);

} // namespace signalbox::theme
