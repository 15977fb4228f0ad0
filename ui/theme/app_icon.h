// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>

namespace signalbox::theme {

/// The icon of resources/icons, painted, so that it needs neither an icon theme nor the SVG plugin.
QIcon appIcon();

} // namespace signalbox::theme
