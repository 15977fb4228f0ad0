// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;
class QTimer;

namespace signalbox::widgets {

/// Text people take elsewhere (a URL, a command, a token) with a Copy button that says when it has copied.
class CopyField : public QWidget
{
    Q_OBJECT

public:
    /// `name` says what the text is ("Base URL"): the accessible name, and part of the button's.
    explicit CopyField(const QString &name, const QString &text = QString(), QWidget *parent = nullptr);

    QString text() const;
    void setText(const QString &text);
    void copy();

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fitWidth();

    QLineEdit *m_edit;
    QPushButton *m_button;
    QTimer *m_backAgain;
};

} // namespace signalbox::widgets
