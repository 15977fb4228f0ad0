// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QBoxLayout;
class QHBoxLayout;
class QLabel;

namespace signalbox::widgets {

/// A surface with a hairline border and rounded corners; optionally a title with a muted word beside it and
/// controls at the right of that line. Content goes into body().
class Card : public QWidget
{
    Q_OBJECT

public:
    explicit Card(QWidget *parent = nullptr);
    explicit Card(const QString &title, QWidget *parent = nullptr);

    QBoxLayout *body() const { return m_body; }
    void setTitle(const QString &title, const QString &note = QString());
    /// Puts a control at the right end of the title line.
    void addTitleWidget(QWidget *widget);
    /// Draws the border in the accent: the one that is chosen.
    void setChosen(bool chosen);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QHBoxLayout *m_head;
    QLabel *m_title;
    QLabel *m_note;
    QBoxLayout *m_body;
    bool m_chosen = false;
};

} // namespace signalbox::widgets
