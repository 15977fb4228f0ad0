// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/shell/page.h"

class QComboBox;
class QLineEdit;

namespace signalbox::activity {

/// Which requests are listed: a text, a chain, a client.
class ScopeBar : public QWidget
{
    Q_OBJECT

public:
    explicit ScopeBar(const shell::PageContext &context, QWidget *parent = nullptr);

    void setText(const QString &text);
    void focusText();
    std::string chain() const;
    std::string client() const;

Q_SIGNALS:
    void textChanged(const QString &text);
    void scopeChanged();

private:
    void fill();

    engine::Engine &m_engine;
    QLineEdit *m_text;
    QComboBox *m_chain;
    QComboBox *m_client;
};

} // namespace signalbox::activity
