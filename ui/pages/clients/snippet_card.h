// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/clients/tool_snippets.h"
#include "ui/widgets/card.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTimer;

namespace signalbox::clients {

/// How to point a tool at Signalbox, for one client. The token stands as a placeholder until it is shown;
/// what is copied always has the real one, which the page fetches. Owned by the page.
class SnippetCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit SnippetCard(QWidget *parent = nullptr);

    /// The values to show; chooses the tool of that name if there is one.
    void setValues(const SnippetValues &values);
    void chooseTool(const QString &toolId);
    const ToolSnippet &tool() const;
    const SnippetValues &values() const { return m_values; }
    QString shown() const;
    void sayCopied();

Q_SIGNALS:
    void copyRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void load();

    SnippetValues m_values;
    QComboBox *m_tools;
    QLabel *m_where;
    QPlainTextEdit *m_code;
    QLabel *m_note;
    QPushButton *m_copy;
    QTimer *m_backAgain;
};

} // namespace signalbox::clients
