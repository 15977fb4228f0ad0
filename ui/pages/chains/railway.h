// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QRect>

class QPainter;

namespace signalbox::chains {

/// One station of the line, as far as drawing it needs to know.
struct Station {
    int number = 1;
    bool first = true;
    bool last = true;
    bool taken = true;         ///< the line runs through it
    bool previousTaken = true; ///< meaningless for the first
    bool nextTaken = true;     ///< meaningless for the last
    bool lineGoesOn = false;   ///< a later step is taken
};

/// Draws the piece of the line that lies in `strip` (the row's whole height), its station at height `y`.
/// Mirrored where the layout runs from right to left.
void paintRailway(QPainter &painter, const QRect &strip, int y, const Station &station,
                  const QPalette &palette, bool mirrored);

} // namespace signalbox::chains
