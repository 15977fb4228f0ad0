// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QWidget;

namespace signalbox::test {

/// Every control under `root` a screen reader could not name, as lines for people. Empty is what tests ask
/// for.
QStringList unnamedControls(QWidget &root);
/// Visible controls that take focus by keyboard but that walking with Tab does not reach. `root` is shown.
QStringList controlsTabMisses(QWidget &root);
/// Buttons and labels whose text does not fit into them.
QStringList clippedTexts(QWidget &root);

} // namespace signalbox::test
