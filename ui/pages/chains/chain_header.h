// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QWidget>

#include "ui/models/chain_draft.h"

class QAbstractButton;
class QLabel;
class QPushButton;

namespace signalbox::widgets {
class ElidedLabel;
}

namespace signalbox::chains {

class NameChips;

/// Above the steps: which chain, the names it answers to, and what to do with its draft. Owned by the page.
class ChainHeader : public QWidget
{
    Q_OBJECT

public:
    explicit ChainHeader(QWidget *parent = nullptr);

    void setDraft(models::ChainDraft *draft);
    void setApplying(bool applying); ///< waiting for the engine's answer
    /// Something true of the whole chain that the user should know; empty: nothing.
    void setLint(const QString &text);
    void setRules(const QString &text); ///< the rules that lead to this chain; empty: none
    void editId();                      ///< the name field, ready to type

Q_SIGNALS:
    void applyRequested();
    void discardRequested();

protected:
    void changeEvent(QEvent *event) override;

private:
    void load();
    void onIdEdited(const QString &id);

    QPointer<models::ChainDraft> m_draft;
    bool m_applying = false;
    widgets::ElidedLabel *m_title;
    QAbstractButton *m_enabled;
    QPushButton *m_discard;
    QPushButton *m_apply;
    NameChips *m_names;
    QLabel *m_lint;
    widgets::ElidedLabel *m_rules;
};

} // namespace signalbox::chains
