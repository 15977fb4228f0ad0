// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace signalbox::parts {

/// A column that scrolls up and down when the window is low, and never asks for less width than its content
/// needs. Not a stop for Tab: its fields are, and bring themselves into view.
class PaneArea : public QScrollArea
{
    Q_OBJECT

public:
    /// Takes `content`; it stays at the top.
    explicit PaneArea(QWidget *content, QWidget *parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
};

} // namespace signalbox::parts
