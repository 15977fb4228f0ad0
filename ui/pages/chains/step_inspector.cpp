// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/step_inspector.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/bridge/condition_text.h"
#include "ui/bridge/format.h"
#include "ui/pages/chains/seconds_field.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/form_row.h"
#include "ui/widgets/labels.h"

namespace signalbox::chains {

using config::Ms;
using config::StepConfig;
using models::StepField;

namespace {
// As the configuration allows.
constexpr int kMostTries = 10;
constexpr int kMostTiers = 100;
constexpr int kMostWeight = 1'000'000;
constexpr StepInspector::Range kFromNone{Ms(0), std::chrono::hours(1)};
constexpr StepInspector::Range kUpToAnHour{Ms(1), std::chrono::hours(1)};
constexpr StepInspector::Range kUpToADay{Ms(1), std::chrono::hours(24)};
} // namespace

StepInspector::StepInspector(QWidget *parent)
    : Card(tr("Step"), parent),
      m_nothing(widgets::makeProse(tr("Choose a step to change its provider, model and limits."))),
      m_form(new QWidget),
      m_provider(new Calm<QComboBox>),
      m_model(new Calm<QComboBox>),
      m_enabled(new QCheckBox(tr("Use this step"))),
      m_adaptive(new QCheckBox(tr("Limits follow what is usual"))),
      m_tier(new Calm<QSpinBox>),
      m_weight(new Calm<QSpinBox>),
      m_tries(new Calm<QSpinBox>),
      m_when(new widgets::ElidedLabel)
{
    auto *column = new QVBoxLayout(m_form);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    addChoices();
    addPlace();
    addLimits();
    auto *buttons = new QHBoxLayout;
    auto *duplicate = widgets::makeButton(tr("Duplicate"));
    duplicate->setAccessibleName(tr("Duplicate step"));
    auto *remove = widgets::makeButton(tr("Remove"), theme::ButtonKind::Danger);
    remove->setAccessibleName(tr("Remove step"));
    buttons->addWidget(duplicate);
    buttons->addWidget(remove);
    buttons->addStretch(1);
    column->addSpacing(4);
    column->addLayout(buttons);
    connect(duplicate, &QPushButton::clicked, this, &StepInspector::duplicateRequested);
    connect(remove, &QPushButton::clicked, this, &StepInspector::removeRequested);
    body()->addWidget(m_nothing);
    body()->addWidget(m_form);
    for (auto *field : m_form->findChildren<QWidget *>()) {
        field->installEventFilter(this);
    }
    load();
}

widgets::FormRow *StepInspector::addRow(const QString &label, QWidget *field, const QString &key,
                                        const QString &says)
{
    auto *row = new widgets::FormRow(label, field);
    row->setLabelWidth(formLabelWidth(font()));
    row->setToolTip(tr("%1 (chains[].steps[].%2)").arg(says, key));
    m_form->layout()->addWidget(row);
    return row;
}

void StepInspector::addChoices()
{
    addRow(tr("Provider"), m_provider, QStringLiteral("provider"), tr("Who answers this step"));
    m_provider->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_provider->setMinimumContentsLength(8);
    connect(m_provider, &QComboBox::activated, this, &StepInspector::onProviderChosen);

    addRow(tr("Model"), m_model, QStringLiteral("model"), tr("The model as the provider calls it"));
    m_model->setEditable(true);
    m_model->setInsertPolicy(QComboBox::NoInsert);
    m_model->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_model->setMinimumContentsLength(8);
    m_model->lineEdit()->setFont(theme::monoFont());
    m_model->lineEdit()->setPlaceholderText(tr("model name"));
    m_model->completer()->setFilterMode(Qt::MatchContains);
    m_model->completer()->setCompletionMode(QCompleter::PopupCompletion);
    connect(m_model, &QComboBox::editTextChanged, this, [this](const QString &text) {
        edit(StepField::Model, [&](StepConfig &step) { step.model = bridge::utf8(text.trimmed()); });
    });

    m_enabled->setToolTip(
        tr("A step that is not used stays in the chain and is skipped (chains[].steps[].enabled)"));
    m_form->layout()->addWidget(m_enabled);
    connect(m_enabled, &QCheckBox::clicked, this,
            [this](bool on) { edit(StepField::Enabled, [&](StepConfig &step) { step.enabled = on; }); });
}

void StepInspector::addNumber(const QString &label, const QString &key, const QString &says, StepField field,
                              Number number)
{
    number.spin->setRange(1, number.most);
    number.spin->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    addRow(label, number.spin, key, says);
    connect(number.spin, &QSpinBox::valueChanged, this, [this, field, member = number.member](int value) {
        edit(field, [&](StepConfig &step) { step.*member = value; });
    });
}

/// Where the step stands among the others. A condition is shown, not edited.
void StepInspector::addPlace()
{
    m_when->setForegroundRole(QPalette::PlaceholderText);
    m_when->setAccessibleDescription(tr("Edited in the configuration file (chains[].steps[].when)"));
    m_form->layout()->addWidget(m_when);
    addNumber(tr("Tier"), QStringLiteral("tier"),
              tr("The strategy chooses inside a tier; lower tiers go first"), StepField::Tier,
              {m_tier, kMostTiers, &StepConfig::tier});
    addNumber(tr("Weight"), QStringLiteral("weight"), tr("The step's share under the strategy “by weight”"),
              StepField::Weight, {m_weight, kMostWeight, &StepConfig::weight});
}

SecondsField *StepInspector::addLimit(const QString &label, const QString &key, const QString &says,
                                      StepField field, Ms StepConfig::*member, Range range)
{
    auto *seconds = new SecondsField(range.least, range.most);
    addRow(label, seconds, key, says);
    m_limits.emplace_back(seconds, member);
    connect(seconds, &SecondsField::valueChanged, this, [this, seconds, field, member] {
        edit(field, [&](StepConfig &step) { step.*member = seconds->limit(); });
    });
    return seconds;
}

void StepInspector::addLimits()
{
    addLimit(tr("Connect"), QStringLiteral("connectMs"), tr("Longest wait for a connection"),
             StepField::Connect, &StepConfig::connect, kUpToAnHour);
    auto *first = addLimit(
        tr("First token"), QStringLiteral("firstTokenMs"),
        tr("Longest wait for the first content; automatic is what the model needs: 20 s, 180 s where it "
           "thinks without showing it, 60 s on this machine"),
        StepField::FirstToken, &StepConfig::firstToken, kFromNone);
    first->setSpecialValueText(tr("automatic"));
    addLimit(tr("Whole answer"), QStringLiteral("answerMs"),
             tr("Longest wait for an answer that is not streamed"), StepField::Answer, &StepConfig::answer,
             kUpToADay);
    addLimit(tr("Between tokens"), QStringLiteral("idleMs"), tr("Longest silence in the middle of an answer"),
             StepField::Idle, &StepConfig::idle, kUpToAnHour);
    addLimit(tr("Total"), QStringLiteral("totalMs"), tr("Longest time one attempt may take in all"),
             StepField::Total, &StepConfig::total, kUpToADay);
    m_adaptive->setAccessibleName(m_adaptive->text());
    m_adaptive->setToolTip(tr("First token and whole answer: three times what this step usually needs, once "
                              "that is known (chains[].steps[].adaptive)"));
    m_form->layout()->addWidget(m_adaptive);
    connect(m_adaptive, &QCheckBox::clicked, this,
            [this](bool on) { edit(StepField::Adaptive, [&](StepConfig &step) { step.adaptive = on; }); });

    addNumber(tr("Tries"), QStringLiteral("tries"), tr("How often this step is tried before the next one"),
              StepField::Tries, {m_tries, kMostTries, &StepConfig::tries});
    auto *patience =
        addLimit(tr("Patience"), QStringLiteral("patienceMs"),
                 tr("A provider that asks to come back within this time is waited for, if tries remain"),
                 StepField::Patience, &StepConfig::patience, kFromNone);
    patience->setSpecialValueText(tr("do not wait"));
}

const StepConfig *StepInspector::step() const
{
    const int row = m_draft ? m_draft->rowOf(m_key) : -1;
    return row < 0 ? nullptr : &m_draft->steps()[static_cast<std::size_t>(row)].config;
}

void StepInspector::setStep(models::ChainDraft *draft, int key)
{
    if (m_draft != draft) {
        if (m_draft) {
            m_draft->disconnect(this);
        }
        m_draft = draft;
        if (draft) {
            connect(draft, &models::ChainDraft::stepEdited, this, &StepInspector::load);
            connect(draft, &models::ChainDraft::headEdited, this, &StepInspector::load);
        }
    }
    m_key = key;
    load();
}

void StepInspector::setSurroundings(const models::Surroundings &around)
{
    m_around = around;
    load();
}

void StepInspector::edit(StepField field, const Change &change)
{
    const auto *now = step();
    if (m_loading || !now) {
        return;
    }
    auto after = *now;
    change(after);
    m_draft->editStep(m_draft->rowOf(m_key), field, after);
}

void StepInspector::onProviderChosen(int index)
{
    edit(StepField::Provider, [&](StepConfig &step) {
        const auto before = suggestions(step);
        step.provider = bridge::utf8(m_provider->itemData(index).toString());
        // A model of the old provider is no model of the new one; what the user typed may well be.
        const auto after = suggestions(step);
        const auto model = bridge::text(step.model);
        if (!after.isEmpty() && !after.contains(model) && (model.isEmpty() || before.contains(model))) {
            step.model = bridge::utf8(after.first());
        }
    });
}

void StepInspector::focusFirst()
{
    const auto *now = step();
    QWidget *field = now && now->provider.empty() ? static_cast<QWidget *>(m_provider) : m_model;
    field->setFocus(Qt::OtherFocusReason);
}

void StepInspector::load()
{
    const auto *now = step();
    m_nothing->setVisible(!now);
    m_form->setVisible(now != nullptr);
    if (!now) {
        setTitle(tr("Step"));
        return;
    }
    m_loading = true;
    const auto name = now->provider.empty() ? tr("no provider") : m_around.providerName(now->provider);
    const QFontMetrics metrics(theme::font(theme::TextSize::Body, theme::Weight::Strong));
    setTitle(tr("Step %1 · %2")
                 .arg(m_draft->rowOf(m_key) + 1)
                 .arg(metrics.elidedText(name, Qt::ElideRight, metrics.averageCharWidth() * 20)));
    loadProviders(*now);
    loadModels(*now);
    m_enabled->setChecked(now->enabled);
    for (const auto &[field, member] : m_limits) {
        field->setLimit(now->*member);
    }
    m_adaptive->setChecked(now->adaptive);
    m_tier->setValue(now->tier);
    m_weight->setValue(now->weight);
    m_weight->setEnabled(m_draft->head().strategy == config::Strategy::Weighted);
    m_tries->setValue(now->tries);
    m_when->setVisible(now->when.op != config::Condition::Op::Always);
    m_when->setText(tr("Only if %1").arg(bridge::conditionText(now->when)));
    m_loading = false;
}

void StepInspector::loadProviders(const StepConfig &step)
{
    std::vector<std::pair<QString, QString>> wanted;
    if (step.provider.empty()) {
        wanted.emplace_back(tr("Choose…"), QString());
    }
    for (const auto &provider :
         m_around.config ? m_around.config->providers : std::vector<config::ProviderConfig>()) {
        wanted.emplace_back(m_around.providerName(provider), bridge::text(provider.id));
    }
    if (!step.provider.empty() && !(m_around.config && m_around.config->provider(step.provider))) {
        wanted.emplace_back(tr("%1 (missing)").arg(bridge::text(step.provider)), bridge::text(step.provider));
    }
    bool same = m_provider->count() == static_cast<int>(wanted.size());
    for (int i = 0; same && i < m_provider->count(); ++i) {
        const auto &[name, id] = wanted[static_cast<std::size_t>(i)];
        same = m_provider->itemText(i) == name && m_provider->itemData(i).toString() == id;
    }
    if (!same) { // an open list must not be torn from under the pointer by every snapshot
        m_provider->clear();
        for (const auto &[name, id] : wanted) {
            m_provider->addItem(name, id);
        }
    }
    m_provider->setCurrentIndex(m_provider->findData(bridge::text(step.provider)));
}

void StepInspector::loadModels(const StepConfig &step)
{
    const auto models = suggestions(step);
    QStringList shown;
    for (int i = 0; i < m_model->count(); ++i) {
        shown.append(m_model->itemText(i));
    }
    if (shown != models) {
        m_model->clear();
        m_model->addItems(models);
    }
    if (m_model->currentText().trimmed() != bridge::text(step.model)) {
        m_model->setCurrentText(bridge::text(step.model));
        m_model->lineEdit()->setCursorPosition(0);
    }
}

QStringList StepInspector::suggestions(const StepConfig &step) const
{
    const auto *provider = m_around.config ? m_around.config->provider(step.provider) : nullptr;
    if (!provider) {
        return {};
    }
    QStringList models;
    const auto add = [&](const std::vector<std::string> &names) {
        for (const auto &name : names) {
            if (!models.contains(bridge::text(name))) {
                models.append(bridge::text(name));
            }
        }
    };
    add(provider->models);
    if (const auto *preset = m_around.preset(provider->preset)) {
        add(preset->models);
    }
    return models;
}

bool StepInspector::eventFilter(QObject *watched, QEvent *event)
{
    return isUndoOfChain(event) || Card::eventFilter(watched, event);
}

} // namespace signalbox::chains
