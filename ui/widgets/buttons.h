// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>

#include "ui/theme/glyphs.h"
#include "ui/theme/style.h"

namespace signalbox::widgets {

using theme::ButtonKind;

/// A push button of that kind. At most one primary button is in view at a time.
QPushButton *makeButton(const QString &text, ButtonKind kind = ButtonKind::Plain, QWidget *parent = nullptr);
/// A button that is only an icon: `name` is its accessible name and tool tip.
QPushButton *makeIconButton(theme::Glyph glyph, const QString &name, QWidget *parent = nullptr);

} // namespace signalbox::widgets
