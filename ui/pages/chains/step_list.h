// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>

#include "ui/models/chain_steps_model.h"

namespace signalbox::chains {

/// The steps of a chain, reordered by dragging or with the keyboard: Alt+Up/Down moves, Insert adds, Ctrl+D
/// doubles, Delete removes, Space switches on and off, F2 or Enter goes to the inspector. Every edit goes
/// through the draft and can be undone. Owned by the page.
class StepList : public QListView
{
    Q_OBJECT

public:
    explicit StepList(models::ChainStepsModel &model, QWidget *parent = nullptr);

    int currentKey() const; ///< 0: no step
    /// The edits with their keys, for the menu; the keys work while the list has the focus.
    QList<QAction *> stepActions() const { return actions(); }
    void selectKey(int key);
    void addStep();
    void duplicateStep();
    void removeStep();
    void toggleStep();
    void moveStep(int by);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void currentStepChanged();
    void editRequested(); ///< the user wants to be in the inspector

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void addActions();
    int contentHeight() const;
    void keepACurrentStep();
    void announce(int row);

    models::ChainStepsModel &m_model;
    int m_lastRow = 0;
};

} // namespace signalbox::chains
