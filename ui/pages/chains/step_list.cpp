// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/step_list.h"

#include <algorithm>

#include <QAccessible>
#include <QAction>

#include "ui/pages/chains/step_delegate.h"

namespace signalbox::chains {

using models::ChainStepsModel;

StepList::StepList(ChainStepsModel &model, QWidget *parent) : QListView(parent), m_model(model)
{
    setModel(&model);
    setItemDelegate(new StepDelegate(this));
    setAccessibleName(tr("Steps of the chain"));
    setAccessibleDescription(
        tr("Alt+Up and Alt+Down move a step, Insert adds one, Delete removes it, Space switches "
           "it on and off, F2 edits it"));
    setFrameShape(QFrame::NoFrame);
    viewport()->setAutoFillBackground(false);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setUniformItemSizes(true);
    setDragDropMode(InternalMove);
    setDefaultDropAction(Qt::MoveAction);
    setDragDropOverwriteMode(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addActions();
    const auto rowsChanged = [this] {
        updateGeometry();
        keepACurrentStep();
    };
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this, rowsChanged](const QModelIndex &, int row) {
                rowsChanged();
                setCurrentIndex(m_model.index(row));
            });
    connect(&model, &QAbstractItemModel::rowsRemoved, this, rowsChanged);
    connect(&model, &QAbstractItemModel::modelReset, this, rowsChanged);
    connect(&model, &QAbstractItemModel::rowsMoved, this,
            [this](const QModelIndex &, int from, int, const QModelIndex &, int before) {
                const int row = before > from ? before - 1 : before;
                setCurrentIndex(m_model.index(row));
                announce(row);
                Q_EMIT currentStepChanged();
            });
}

int StepList::currentKey() const
{
    return currentIndex().isValid() ? currentIndex().data(ChainStepsModel::KeyRole).toInt() : 0;
}

void StepList::selectKey(int key)
{
    if (m_model.draft()) {
        setCurrentIndex(m_model.index(m_model.draft()->rowOf(key)));
    }
}

void StepList::addStep()
{
    auto *draft = m_model.draft();
    if (!draft) {
        return;
    }
    const int row = currentIndex().isValid() ? currentIndex().row() + 1 : m_model.rowCount();
    draft->addStep(row, {});
    Q_EMIT editRequested();
}

void StepList::duplicateStep()
{
    if (auto *draft = m_model.draft(); draft && currentIndex().isValid()) {
        const int row = currentIndex().row();
        draft->addStep(row + 1, draft->steps().at(static_cast<std::size_t>(row)).config);
    }
}

void StepList::removeStep()
{
    if (auto *draft = m_model.draft(); draft && currentIndex().isValid()) {
        draft->removeStep(currentIndex().row());
    }
}

void StepList::toggleStep()
{
    if (auto *draft = m_model.draft(); draft && currentIndex().isValid()) {
        const int row = currentIndex().row();
        auto step = draft->steps().at(static_cast<std::size_t>(row)).config;
        step.enabled = !step.enabled;
        draft->editStep(row, models::StepField::Enabled, step);
    }
}

void StepList::moveStep(int by)
{
    const int from = currentIndex().row();
    const int to = from + by;
    if (from >= 0 && to >= 0 && to < m_model.rowCount()) {
        m_model.moveRows({}, from, 1, {}, to > from ? to + 1 : to);
    }
}

void StepList::addActions()
{
    const auto add = [this](const QString &text, const QList<QKeySequence> &keys, auto edit) {
        auto *action = new QAction(text, this);
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, edit);
        addAction(action);
    };
    add(tr("Add step"), {Qt::Key_Insert}, [this] { addStep(); });
    add(tr("Edit step"), {Qt::Key_F2, Qt::Key_Return, Qt::Key_Enter}, [this] {
        if (currentIndex().isValid()) {
            Q_EMIT editRequested();
        }
    });
    add(tr("Switch step on or off"), {Qt::Key_Space}, [this] { toggleStep(); });
    add(tr("Move step up"), {Qt::ALT | Qt::Key_Up}, [this] { moveStep(-1); });
    add(tr("Move step down"), {Qt::ALT | Qt::Key_Down}, [this] { moveStep(1); });
    add(tr("Duplicate step"), {Qt::CTRL | Qt::Key_D}, [this] { duplicateStep(); });
    add(tr("Remove step"), {Qt::Key_Delete}, [this] { removeStep(); });
}

void StepList::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    if (current.isValid()) {
        m_lastRow = current.row();
    }
    Q_EMIT currentStepChanged();
}

/// The inspector always shows a step if there is one: after a removal the next one.
void StepList::keepACurrentStep()
{
    const int rows = m_model.rowCount();
    if (rows > 0 && !currentIndex().isValid()) {
        setCurrentIndex(m_model.index(std::clamp(m_lastRow, 0, rows - 1)));
    }
    Q_EMIT currentStepChanged();
}

/// Screen readers say the name again when it changes: "Anthropic, step 2 of 3".
void StepList::announce(int row)
{
    QAccessibleEvent event(this, QAccessible::NameChanged);
    event.setChild(row);
    QAccessible::updateAccessibility(&event);
}

int StepList::contentHeight() const
{
    const int rows = m_model.rowCount();
    return rows == 0 ? 0 : rows * sizeHintForRow(0) + 2 * frameWidth();
}

QSize StepList::sizeHint() const
{
    return {QListView::sizeHint().width(), contentHeight()};
}

QSize StepList::minimumSizeHint() const
{
    const int rows = std::min(m_model.rowCount(), 2);
    return {StepDelegate::kLineWidth + 240, rows == 0 ? 0 : rows * sizeHintForRow(0)};
}

} // namespace signalbox::chains
