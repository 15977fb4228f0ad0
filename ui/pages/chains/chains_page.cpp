// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/chains_page.h"

#include <algorithm>

#include <QAction>
#include <QHBoxLayout>
#include <QListView>
#include <QPushButton>
#include <QRegularExpression>
#include <QStackedWidget>

#include "ui/bridge/condition_text.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/bridge/reply.h"
#include "ui/pages/chains/chain_header.h"
#include "ui/pages/chains/chain_rules.h"
#include "ui/pages/chains/chain_strategy.h"
#include "ui/pages/chains/chain_stream.h"
#include "ui/pages/chains/step_delegate.h"
#include "ui/pages/chains/step_inspector.h"
#include "ui/pages/chains/step_list.h"
#include "ui/pages/parts/flow_layout.h"
#include "ui/pages/parts/message_stack.h"
#include "ui/pages/parts/pane_area.h"
#include "ui/pages/parts/two_line_delegate.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/labels.h"

namespace signalbox::chains {

using models::ChainDraft;
using models::ChainDrafts;

ChainsPage::ChainsPage(const shell::PageContext &context, QWidget *parent)
    : Page(parent), m_context(context), m_stack(new QStackedWidget)
{
    auto *empty = new widgets::EmptyState(theme::Glyph::Chains,
                                          tr("No chains yet. A chain is a model name your tools ask for, and "
                                             "the providers that answer it in turn."));
    connect(empty->addPrimary(tr("New chain")), &QPushButton::clicked, this, &ChainsPage::newChain);
    auto *editor = new QWidget;
    auto *row = new QHBoxLayout(editor);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(makeList());
    row->addWidget(makeMiddle(), 3);
    row->addWidget(makeInspector(), 2);
    m_stack->addWidget(empty);
    m_stack->addWidget(editor);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(0);
    column->addWidget(m_stack);
    makeActions();
    connectModels();
    followConfig();
}

ChainsPage::~ChainsPage() = default;

QWidget *ChainsPage::makeList()
{
    auto *card = new widgets::Card;
    card->setAccessibleName(tr("Chains"));
    card->layout()->setContentsMargins(8, 8, 8, 8);
    m_list = parts::makeSideList(tr("Chains"), new parts::TwoLineDelegate(ChainDrafts::SubtitleRole, this));
    m_list->setModel(&m_drafts);
    auto *create = widgets::makeButton(tr("New"));
    create->setAccessibleName(tr("New chain"));
    auto *duplicate = widgets::makeButton(tr("Duplicate"));
    duplicate->setAccessibleName(tr("Duplicate chain"));
    auto *remove = widgets::makeButton(tr("Delete"), theme::ButtonKind::Danger);
    remove->setAccessibleName(tr("Delete chain"));
    connect(create, &QPushButton::clicked, this, &ChainsPage::newChain);
    connect(duplicate, &QPushButton::clicked, this, &ChainsPage::duplicateChain);
    connect(remove, &QPushButton::clicked, this, &ChainsPage::deleteChain);
    auto *buttons = new QWidget;
    auto *flow = new parts::FlowLayout(6, buttons);
    for (auto *button : {create, duplicate, remove}) {
        flow->addWidget(button);
    }
    card->body()->addWidget(m_list, 1);
    card->body()->addWidget(buttons);
    card->setFixedWidth(std::max(184, QFontMetrics(card->font()).averageCharWidth() * 24));
    return card;
}

QWidget *ChainsPage::makeMiddle()
{
    auto *middle = new QWidget;
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    m_messages = new parts::MessageStack;
    m_header = new ChainHeader;
    m_stepList = new StepList(m_steps);
    m_noSteps = widgets::makeProse(
        tr("This chain has no steps yet, so it cannot answer. Add the provider to ask first."));
    auto *add = widgets::makeButton(tr("+ Add step"));
    add->setAccessibleName(tr("Add step"));
    add->setToolTip(tr("Add a step below the chosen one (Insert)"));
    auto *footer = new QHBoxLayout;
    footer->setContentsMargins(StepDelegate::kLineWidth, 0, 0, 0);
    footer->addWidget(add);
    footer->addStretch(1);
    column->addWidget(m_messages);
    column->addWidget(m_header);
    column->addWidget(m_noSteps);
    column->addWidget(m_stepList);
    column->addLayout(footer);
    column->addStretch(1);
    connect(add, &QPushButton::clicked, m_stepList, &StepList::addStep);
    connect(m_header, &ChainHeader::applyRequested, this, &ChainsPage::apply);
    connect(m_header, &ChainHeader::discardRequested, this, [this] {
        if (m_draft) {
            m_draft->discard();
        }
    });
    return middle;
}

QWidget *ChainsPage::makeInspector()
{
    m_inspector = new StepInspector;
    m_policies = {new ChainRules, new ChainStrategy, new ChainStream};
    auto *both = new QWidget;
    auto *column = new QVBoxLayout(both);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_inspector);
    for (auto *policy : m_policies) {
        column->addWidget(policy);
    }
    auto *area = new parts::PaneArea(both);
    area->setMaximumWidth(QFontMetrics(font()).averageCharWidth() * 48);
    connect(m_inspector, &StepInspector::duplicateRequested, m_stepList, &StepList::duplicateStep);
    connect(m_inspector, &StepInspector::removeRequested, m_stepList, &StepList::removeStep);
    connect(m_stepList, &StepList::editRequested, m_inspector, &StepInspector::focusFirst);
    return area;
}

void ChainsPage::makeActions()
{
    const auto add = [this](const QString &text, auto slot) {
        auto *action = new QAction(text, this);
        connect(action, &QAction::triggered, this, slot);
        m_actions.append(action);
        return action;
    };
    add(tr("New chain"), [this] { newChain(); });
    m_duplicate = add(tr("Duplicate chain"), [this] { duplicateChain(); });
    m_delete = add(tr("Delete chain"), [this] { deleteChain(); });
    m_actions.append(m_stepList->stepActions());
    auto *undo = m_drafts.undoGroup().createUndoAction(this, tr("Undo"));
    undo->setShortcut(Qt::CTRL | Qt::Key_Z);
    auto *redo = m_drafts.undoGroup().createRedoAction(this, tr("Redo"));
    redo->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_Z);
    for (auto *action : {undo, redo}) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        m_actions.append(action);
    }
    m_apply = add(tr("Apply chain"), [this] { apply(); });
    m_discard = add(tr("Discard draft"), [this] {
        if (m_draft) {
            m_draft->discard();
        }
    });
}

void ChainsPage::connectModels()
{
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current) {
                if (current.isValid()) {
                    select(m_drafts.draft(current.row()));
                }
            });
    connect(m_stepList, &StepList::currentStepChanged, this,
            [this] { m_inspector->setStep(m_draft, m_stepList->currentKey()); });
    const auto steps = [this] {
        m_noSteps->setVisible(m_steps.rowCount() == 0);
        m_stepList->setVisible(m_steps.rowCount() > 0);
        showLints();
    };
    connect(&m_steps, &QAbstractItemModel::modelReset, this, steps);
    connect(&m_steps, &QAbstractItemModel::rowsInserted, this, steps);
    connect(&m_steps, &QAbstractItemModel::rowsRemoved, this, steps);
    connect(&m_steps, &QAbstractItemModel::dataChanged, this, [this] { showLints(); });
    connect(&m_context.bridge, &bridge::EngineBridge::configChanged, this, &ChainsPage::followConfig);
    connect(&m_context.bridge, &bridge::EngineBridge::snapshotChanged, this, &ChainsPage::followSnapshot);
}

void ChainsPage::activated()
{
    m_shown = true;
    followSnapshot();
}

void ChainsPage::followSnapshot()
{
    if (m_shown) {
        auto around = models::Surroundings::of(m_context.engine);
        m_inspector->setSurroundings(around);
        m_steps.setSurroundings(std::move(around));
    }
}

void ChainsPage::followConfig()
{
    const auto around = models::Surroundings::of(m_context.engine);
    m_steps.setSurroundings(around);
    m_inspector->setSurroundings(around);
    const QPointer<ChainDraft> before = m_draft;
    const int row = std::max(0, m_drafts.rowOf(m_draft));
    m_drafts.follow(*around.config);
    m_stack->setCurrentIndex(m_drafts.rowCount() > 0 ? 1 : 0);
    select(before ? before.data() : m_drafts.draft(std::min(row, m_drafts.rowCount() - 1)));
}

void ChainsPage::select(ChainDraft *draft)
{
    const bool other = draft != m_draft || !draft;
    if (m_draft && other) {
        m_draft->disconnect(this);
    }
    m_draft = draft;
    m_list->setCurrentIndex(m_drafts.index(m_drafts.rowOf(draft)));
    m_drafts.undoGroup().setActiveStack(draft ? draft->undoStack() : nullptr);
    if (other) {
        m_messages->clear(QStringLiteral("apply"));
        m_header->setDraft(draft);
        for (auto *policy : m_policies) {
            policy->setDraft(draft);
        }
        m_steps.setDraft(draft);
        if (draft) {
            connect(draft, &ChainDraft::stateChanged, this, &ChainsPage::showDraftState);
        }
    }
    m_inspector->setStep(draft, m_stepList->currentKey());
    showRules();
    showDraftState();
}

void ChainsPage::showDraftState()
{
    for (auto *action : {m_duplicate, m_delete}) {
        action->setEnabled(m_draft);
    }
    m_apply->setEnabled(m_draft && m_draft->isChanged());
    m_discard->setEnabled(m_draft && m_draft->applied() && m_draft->isChanged());
    const auto subject = QStringLiteral("outside");
    if (!m_draft || !m_draft->changedOutside()) {
        m_messages->clear(subject);
    } else if (m_draft->removedOutside()) {
        m_messages->show(
            subject, theme::Tone::Caution,
            tr("This chain was removed from the configuration. Your draft is kept: Apply brings it back."),
            tr("Drop draft"), [this] { m_drafts.forget(m_draft); });
    } else {
        m_messages->show(
            subject, theme::Tone::Caution,
            tr("This chain was changed outside. Your draft is kept: Apply would replace that change."),
            tr("Reload"), [this] { m_draft->discard(); });
    }
}

void ChainsPage::showLints()
{
    QString text;
    if (m_draft) {
        for (const auto &lint : models::lintChain(m_draft->chain(), m_steps.surroundings())) {
            if (lint.row < 0) {
                text = lint.text;
            }
        }
    }
    m_header->setLint(text);
}

/// Rules are edited in the configuration file; here one sees that they are there.
void ChainsPage::showRules()
{
    QStringList texts;
    const auto config = m_context.engine.config();
    const auto applied = m_draft ? m_draft->applied() : std::nullopt;
    for (const auto &rule : config->rules) {
        if (applied && rule.enabled && rule.chain == applied->id) {
            const auto when = bridge::conditionText(rule.when);
            texts.append(tr("%1 (%2)").arg(bridge::text(rule.id), when.isEmpty() ? tr("always") : when));
        }
    }
    m_header->setRules(texts.isEmpty() ? QString()
                                       : tr("Also by rule: %1").arg(texts.join(QStringLiteral(", "))));
}

void ChainsPage::reveal(const QString &chainId)
{
    if (const int row = m_drafts.rowOf(std::string_view(bridge::utf8(chainId))); row >= 0) {
        m_list->setCurrentIndex(m_drafts.index(row));
    }
}

void ChainsPage::newChain()
{
    config::ChainConfig start;
    start.id = models::freeId("chain", m_drafts.ids());
    auto *draft = m_drafts.addNew(start);
    m_stack->setCurrentIndex(1);
    select(draft);
    m_header->editId();
}

void ChainsPage::duplicateChain()
{
    if (m_draft) {
        auto copy = m_draft->chain();
        copy.id = models::freeId(copy.id + "-copy", m_drafts.ids());
        copy.aliases.clear(); // two chains must not answer to one name
        select(m_drafts.addNew(copy));
        m_header->editId();
    }
}

void ChainsPage::deleteChain()
{
    if (!m_draft) {
        return;
    }
    if (!m_draft->applied() || m_draft->removedOutside()) {
        auto *draft = m_draft.data();
        const int row = m_drafts.rowOf(draft);
        m_drafts.forget(draft);
        m_stack->setCurrentIndex(m_drafts.rowCount() > 0 ? 1 : 0);
        select(m_drafts.draft(std::min(row, m_drafts.rowCount() - 1)));
        return;
    }
    auto next = *m_context.engine.config();
    const auto chain = *m_draft->applied();
    QStringList users;
    for (const auto &client : next.clients) {
        if (client.chain == chain.id) {
            users.append(bridge::text(client.id));
        }
    }
    const auto subject = QStringLiteral("delete");
    if (!users.isEmpty()) {
        m_messages->show(subject, theme::Tone::Caution,
                         tr("%1 is still used by %2. Give them another chain first.")
                             .arg(bridge::text(chain.id), users.join(QStringLiteral(", "))),
                         tr("Open Clients"), [this, first = users.first()] {
                             Q_EMIT openRequested(shell::PageId::Clients, first);
                         });
        return;
    }
    const auto it = std::ranges::find(next.chains, chain.id, &config::ChainConfig::id);
    const auto place = static_cast<std::size_t>(it - next.chains.begin());
    if (it != next.chains.end()) {
        next.chains.erase(it);
    }
    m_context.engine.applyConfig(
        std::move(next), bridge::replyTo<void>(this, [this, subject, chain, place](auto result) {
            if (!result) {
                m_messages->show(subject, theme::Tone::Danger, bridge::text(result.error().message));
                return;
            }
            m_messages->show(subject, theme::Tone::Accent, tr("Deleted %1.").arg(bridge::text(chain.id)),
                             tr("Undo"), [this, chain, place] { restoreChain(chain, place); });
        }));
}

void ChainsPage::restoreChain(const config::ChainConfig &chain, std::size_t place)
{
    auto next = *m_context.engine.config();
    if (next.chain(chain.id)) {
        return;
    }
    next.chains.insert(next.chains.begin() + static_cast<std::ptrdiff_t>(std::min(place, next.chains.size())),
                       chain);
    m_context.engine.applyConfig(std::move(next), bridge::replyTo<void>(this, [this, chain](auto result) {
                                     if (!result) {
                                         m_messages->show(QStringLiteral("delete"), theme::Tone::Danger,
                                                          bridge::text(result.error().message));
                                     } else {
                                         reveal(bridge::text(chain.id));
                                     }
                                 }));
}

void ChainsPage::apply()
{
    if (!m_draft || !m_draft->isChanged()) {
        return;
    }
    const auto next = ChainDrafts::withApplied(*m_draft, *m_context.engine.config());
    for (const auto &mistake : m_context.engine.check(next)) {
        if (!mistake.warning) {
            showMistake(mistake, next);
            return;
        }
    }
    m_header->setApplying(true);
    m_context.engine.applyConfig(next,
                                 bridge::replyTo<void>(this, [this](auto result) { onApplied(result); }));
}

void ChainsPage::onApplied(const base::Result<void> &result)
{
    m_header->setApplying(false);
    const auto subject = QStringLiteral("apply");
    if (!result) {
        m_messages->show(subject, theme::Tone::Danger,
                         tr("Not applied: %1").arg(bridge::text(result.error().message)));
    } else {
        m_messages->clear(subject);
        followConfig(); // the reply may be here before the announcement
    }
}

/// Names the mistake and goes to the step it is about.
void ChainsPage::showMistake(const engine::ConfigMistake &mistake, const config::Config &candidate)
{
    QString place = bridge::text(mistake.path);
    const auto chain = std::ranges::find(candidate.chains, m_draft->head().id, &config::ChainConfig::id);
    const auto lead = QStringLiteral("chains[%1]").arg(chain - candidate.chains.begin());
    if (place.startsWith(lead)) {
        const auto rest = place.mid(lead.size());
        static const QRegularExpression inStep(QStringLiteral("^\\.steps\\[(\\d+)\\]\\.?(.*)$"));
        if (const auto match = inStep.match(rest); match.hasMatch()) {
            const int row = match.captured(1).toInt();
            m_stepList->setCurrentIndex(m_steps.index(row));
            place = tr("step %1 %2").arg(row + 1).arg(match.captured(2)).trimmed();
        } else {
            place = rest.mid(1);
        }
    }
    m_messages->show(QStringLiteral("apply"), theme::Tone::Danger,
                     place.isEmpty() ? tr("Not applied: %1").arg(bridge::text(mistake.message))
                                     : tr("Not applied, %1: %2").arg(place, bridge::text(mistake.message)));
}

} // namespace signalbox::chains
