// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>

namespace signalbox::test {

/// Drags need a pointer, which the offscreen platform does not have. Asked by each test: a skip in
/// initTestCase() would silence the classes that run after it.
bool hasPointer();

/// Presses on a row with the mouse, moves to `to` (in the viewport) and lets go, or presses Escape before it
/// does. False: the drag did not end.
bool drag(QListView &list, int from, QPoint to, bool cancel = false);

/// A point just above the card of `row`; below the last one if there is no such row.
QPoint aboveRow(const QListView &list, int row);

} // namespace signalbox::test
