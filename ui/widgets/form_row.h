// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace signalbox::widgets {

/// A label (its buddy is the field), the field, and below it a hint or, instead, what is wrong with the
/// value.
class FormRow : public QWidget
{
    Q_OBJECT

public:
    FormRow(const QString &label, QWidget *field, QWidget *parent = nullptr);

    QWidget *field() const { return m_field; }
    void setHint(const QString &hint);
    void setMistake(const QString &mistake); ///< empty: none
    /// Labels of one form share a width.
    void setLabelWidth(int width);

private:
    void showNote();

    QLabel *m_label;
    QWidget *m_field;
    QLabel *m_note;
    QString m_hint;
    QString m_mistake;
};

} // namespace signalbox::widgets
