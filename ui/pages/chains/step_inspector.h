// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <QPointer>

#include "ui/models/chain_draft.h"
#include "ui/models/surroundings.h"
#include "ui/widgets/card.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QSpinBox;

namespace signalbox::widgets {
class ElidedLabel;
class FormRow;
} // namespace signalbox::widgets

namespace signalbox::chains {

class SecondsField;

/// The settings of the chosen step. Every change goes into the draft at once; undo shows here too. Owned by
/// the page.
class StepInspector : public widgets::Card
{
    Q_OBJECT

public:
    struct Range {
        config::Ms least;
        config::Ms most;
    };

    explicit StepInspector(QWidget *parent = nullptr);

    void setStep(models::ChainDraft *draft, int key); ///< null or 0: none
    void setSurroundings(const models::Surroundings &around);
    void focusFirst(); ///< to the provider if there is none yet, else to the model

Q_SIGNALS:
    void duplicateRequested();
    void removeRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    using Change = std::function<void(config::StepConfig &)>;
    struct Number {
        QSpinBox *spin;
        int most;
        int config::StepConfig::*member;
    };
    void addChoices();
    void addPlace();
    void addLimits();
    void addNumber(const QString &label, const QString &key, const QString &says, models::StepField field,
                   Number number);
    SecondsField *addLimit(const QString &label, const QString &key, const QString &says,
                           models::StepField field, config::Ms config::StepConfig::*member, Range range);
    widgets::FormRow *addRow(const QString &label, QWidget *field, const QString &key, const QString &says);
    void edit(models::StepField field, const Change &change);
    void onProviderChosen(int index);
    void load();
    void loadProviders(const config::StepConfig &step);
    void loadModels(const config::StepConfig &step);
    QStringList suggestions(const config::StepConfig &step) const;
    const config::StepConfig *step() const;

    QPointer<models::ChainDraft> m_draft;
    int m_key = 0;
    models::Surroundings m_around;
    bool m_loading = false;
    QLabel *m_nothing;
    QWidget *m_form;
    QComboBox *m_provider;
    QComboBox *m_model;
    QCheckBox *m_enabled;
    QCheckBox *m_adaptive;
    QSpinBox *m_tier;
    QSpinBox *m_weight;
    QSpinBox *m_tries;
    widgets::ElidedLabel *m_when;
    std::vector<std::pair<SecondsField *, config::Ms config::StepConfig::*>> m_limits;
};

} // namespace signalbox::chains
