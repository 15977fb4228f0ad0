// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QWidget>

namespace signalbox::test {

/// The control a screen reader calls `name`, if it can be seen; null: there is none.
template<typename W>
W *named(QWidget &root, const QString &name)
{
    for (auto *widget : root.findChildren<W *>()) {
        if (widget->accessibleName() == name && widget->isVisibleTo(&root)) {
            return widget;
        }
    }
    return nullptr;
}

/// The button with that text, if it can be seen; null: there is none.
inline QPushButton *button(QWidget &root, const QString &text)
{
    for (auto *one : root.findChildren<QPushButton *>()) {
        if (one->text() == text && one->isVisibleTo(&root)) {
            return one;
        }
    }
    return nullptr;
}

} // namespace signalbox::test
