// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme/glyphs.h"

class QBoxLayout;
class QLabel;
class QPushButton;

namespace signalbox::widgets {

/// What a view shows while it has nothing to show: one icon, one sentence, at most one primary button and one
/// link.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(theme::Glyph glyph, const QString &sentence, QWidget *parent = nullptr);

    void setSentence(const QString &sentence);
    QPushButton *addPrimary(const QString &text);
    QPushButton *addLink(const QString &text);

private:
    QLabel *m_sentence;
    QBoxLayout *m_buttons;
};

} // namespace signalbox::widgets
