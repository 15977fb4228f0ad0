// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

#include "ui/theme/fonts.h"

// Labels in the few looks there are. All are plain text and follow the palette.
namespace signalbox::widgets {

QLabel *makeLabel(const QString &text, QWidget *parent = nullptr);
QLabel *makeStrongLabel(const QString &text, QWidget *parent = nullptr);
QLabel *makeMutedLabel(const QString &text, theme::TextSize size = theme::TextSize::Body,
                       QWidget *parent = nullptr);
/// The 16 px line above a page or a pane.
QLabel *makeTitle(const QString &text, QWidget *parent = nullptr);
QLabel *makeMonoLabel(const QString &text, QWidget *parent = nullptr); ///< selectable by mouse
/// Breaks over lines instead of asking for width.
QLabel *makeProse(const QString &text, QWidget *parent = nullptr);

} // namespace signalbox::widgets
