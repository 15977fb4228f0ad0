// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <QIcon>

class QPainter;

namespace signalbox::theme {

/// Line icons, drawn by us so that no icon theme and no SVG plugin is needed.
enum class Glyph : std::uint8_t {
    Overview,
    Chains,
    Providers,
    Activity,
    Spend,
    Clients,
    Settings,
    Copy,
    Close,
    Info,
    Warning,
    Plus,
    Search,
    Download,
};

/// Paints a glyph into `rect` in one colour.
void paintGlyph(QPainter &painter, Glyph glyph, const QRectF &rect, const QColor &color);
/// As an icon in the application's text colours.
QIcon glyphIcon(Glyph glyph);

/// The status shapes: each tone has its own, so that colour is never alone.
enum class Mark : std::uint8_t { Circle, HalfCircle, Ring, Diamond, Square, Triangle };
void paintMark(QPainter &painter, Mark mark, const QRectF &rect, const QColor &color);

} // namespace signalbox::theme
