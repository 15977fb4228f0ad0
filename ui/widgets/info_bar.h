// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <QWidget>

#include "ui/theme/colors.h"

class QBoxLayout;
class QLabel;

namespace signalbox::widgets {

/// One message above a page: text, at most one action, Dismiss. It never covers anything and never asks.
class InfoBar : public QWidget
{
    Q_OBJECT

public:
    explicit InfoBar(theme::Tone tone, const QString &text, QWidget *parent = nullptr);

    QString text() const;
    void setText(const QString &text);
    void setAction(const QString &label, std::function<void()> action);

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    theme::Tone m_tone;
    QLabel *m_text;
    QBoxLayout *m_row;
    QWidget *m_action = nullptr;
};

} // namespace signalbox::widgets
