// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/engine/engine.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox::providers {

/// The key of a provider: where it is stored and its last four characters, or a field to enter one. What is
/// typed is hidden unless asked for, and gone from the field once it is saved. Owned by the provider's
/// detail.
class KeyField : public QWidget
{
    Q_OBJECT

public:
    explicit KeyField(QWidget *parent = nullptr);

    /// Shows a stored key, or the field when there is none or `askAgain`. Keeps what is being typed.
    void setStored(const config::KeySource &stored, const QString &backend, bool askAgain);
    void enter(const QString &key); ///< as if it were pasted
    void clear();                   ///< empties the field and wipes what was typed
    void focusField();

Q_SIGNALS:
    void keyChanged(const QString &key); ///< already freed from blanks
    void forgetRequested();

private:
    void onTextChanged(const QString &text);
    void showParts();

    config::KeySource m_stored;
    bool m_entering = true;
    bool m_asked = false; ///< the field is there because the address changed
    QLabel *m_where;
    QPushButton *m_replace;
    QPushButton *m_forget;
    QLineEdit *m_edit;
    QPushButton *m_reveal;
    QPushButton *m_keep;
};

} // namespace signalbox::providers
