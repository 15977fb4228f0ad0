// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>

#include "ui/models/chain_drafts.h"
#include "ui/models/chain_steps_model.h"
#include "ui/shell/page.h"

class QListView;
class QStackedWidget;

namespace signalbox::parts {
class MessageStack;
}

namespace signalbox::chains {

class ChainHeader;
class PolicyCard;
class StepInspector;
class StepList;

/// The chains at the left, the steps of the chosen one in the middle, the chosen step at the right. Edits
/// touch a draft; Apply hands the next version of the chain to the engine. Owned by the window.
class ChainsPage : public shell::Page
{
    Q_OBJECT

public:
    explicit ChainsPage(const shell::PageContext &context, QWidget *parent = nullptr);
    ~ChainsPage() override;

    QString title() const override { return tr("Chains"); }
    void activated() override;
    void deactivated() override { m_shown = false; }
    QList<QAction *> pageActions() const override { return m_actions; }
    void reveal(const QString &chainId) override;

private:
    QWidget *makeList();
    QWidget *makeMiddle();
    QWidget *makeInspector();
    void makeActions();
    void connectModels();
    void followConfig();
    void followSnapshot();
    void select(models::ChainDraft *draft);
    void showDraftState();
    void showLints();
    void showRules();
    void newChain();
    void duplicateChain();
    void deleteChain();
    void restoreChain(const config::ChainConfig &chain, std::size_t place);
    void apply();
    void onApplied(const base::Result<void> &result);
    void showMistake(const engine::ConfigMistake &mistake, const config::Config &candidate);

    shell::PageContext m_context;
    models::ChainDrafts m_drafts;
    models::ChainStepsModel m_steps;
    QPointer<models::ChainDraft> m_draft;
    bool m_shown = false;
    QStackedWidget *m_stack;
    QListView *m_list = nullptr;
    ChainHeader *m_header = nullptr;
    StepList *m_stepList = nullptr;
    QWidget *m_noSteps = nullptr;
    StepInspector *m_inspector = nullptr;
    std::vector<PolicyCard *> m_policies; ///< the settings of the whole chain
    parts::MessageStack *m_messages = nullptr;
    QAction *m_duplicate = nullptr;
    QAction *m_delete = nullptr;
    QAction *m_apply = nullptr;
    QAction *m_discard = nullptr;
    QList<QAction *> m_actions;
};

} // namespace signalbox::chains
