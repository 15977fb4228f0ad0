// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/buttons.h"

namespace signalbox::widgets {

QPushButton *makeButton(const QString &text, ButtonKind kind, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    theme::setButtonKind(button, kind);
    button->setAutoDefault(false);
    if (kind == ButtonKind::Link) {
        button->setCursor(Qt::PointingHandCursor);
    }
    return button;
}

QPushButton *makeIconButton(theme::Glyph glyph, const QString &name, QWidget *parent)
{
    auto *button = new QPushButton(theme::glyphIcon(glyph), QString(), parent);
    theme::setButtonKind(button, ButtonKind::Flat);
    button->setAutoDefault(false);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

} // namespace signalbox::widgets
