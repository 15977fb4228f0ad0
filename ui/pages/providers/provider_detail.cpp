// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/provider_detail.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/pages/providers/key_field.h"
#include "ui/pages/providers/pasted_key.h"
#include "ui/pages/providers/simulate_form.h"
#include "ui/pages/providers/steering_card.h"
#include "ui/pages/providers/test_card.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/form_row.h"
#include "ui/widgets/labels.h"

namespace signalbox::providers {

ProviderDetail::ProviderDetail(QWidget *parent)
    : QWidget(parent),
      m_title(new widgets::ElidedLabel),
      m_pill(new widgets::StatusPill),
      m_evidence(new widgets::ElidedLabel),
      m_save(widgets::makeButton(tr("Save"), theme::ButtonKind::Primary)),
      m_discard(widgets::makeButton(tr("Discard"))),
      m_testButton(widgets::makeButton(tr("Test"))),
      m_switch(widgets::makeButton(QString())),
      m_remove(widgets::makeButton(tr("Remove"), theme::ButtonKind::Danger)),
      m_preset(widgets::makeLabel(QString())),
      m_name(new QLineEdit),
      m_baseUrl(new QLineEdit),
      m_key(new KeyField),
      m_offer(widgets::makeButton(QString(), theme::ButtonKind::Link)),
      m_simulateCard(new widgets::Card(tr("Simulated behaviour"))),
      m_simulate(new SimulateForm),
      m_steering(new SteeringCard),
      m_test(new TestCard)
{
    m_simulateCard->body()->addWidget(m_simulate);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(makeHead());
    column->addWidget(makeConnection());
    column->addWidget(m_simulateCard);
    column->addWidget(m_test);
    column->addWidget(m_steering);
    connect(m_simulate, &SimulateForm::edited, this, [this] {
        if (!m_loading && m_edit) {
            m_edit->now.simulate = m_simulate->behaviour();
            showState();
            Q_EMIT edited();
        }
    });
}

QWidget *ProviderDetail::makeHead()
{
    m_title->setFont(theme::font(theme::TextSize::Title, theme::Weight::Strong));
    m_evidence->setForegroundRole(QPalette::PlaceholderText);
    m_testButton->setAccessibleName(tr("Test provider"));
    m_remove->setAccessibleName(tr("Remove provider"));
    auto *head = new QWidget;
    auto *column = new QVBoxLayout(head);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    auto *first = new QHBoxLayout;
    first->setSpacing(8);
    first->addWidget(m_title, 1);
    first->addWidget(m_discard);
    first->addWidget(m_save);
    auto *second = new QHBoxLayout;
    second->setSpacing(8);
    second->addWidget(m_pill);
    second->addWidget(m_evidence, 1);
    second->addWidget(m_testButton);
    second->addWidget(m_switch);
    second->addWidget(m_remove);
    column->addLayout(first);
    column->addLayout(second);
    connect(m_save, &QPushButton::clicked, this, &ProviderDetail::saveRequested);
    connect(m_discard, &QPushButton::clicked, this, &ProviderDetail::discardRequested);
    connect(m_testButton, &QPushButton::clicked, this, &ProviderDetail::testRequested);
    connect(m_switch, &QPushButton::clicked, this, [this] { Q_EMIT switchRequested(!m_edit->now.enabled); });
    connect(m_remove, &QPushButton::clicked, this, &ProviderDetail::removeRequested);
    return head;
}

QWidget *ProviderDetail::makeConnection()
{
    auto *card = new widgets::Card(tr("Connection"));
    const auto add = [&](const QString &label, QWidget *field, const QString &tip) {
        auto *row = new widgets::FormRow(label, field);
        row->setToolTip(tip);
        card->body()->addWidget(row);
        return row;
    };
    m_baseUrl->setFont(theme::monoFont());
    add(tr("Kind"), m_preset, tr("The preset it is made from (providers[].preset)"));
    add(tr("Name"), m_name, tr("What it is called in the window (providers[].name)"));
    m_baseUrlRow = add(tr("Base URL"), m_baseUrl, tr("Where it is reached (providers[].baseUrl)"));
    m_keyRow = add(tr("Key"), m_key,
                   tr("Kept outside the configuration, which holds only a reference (providers[].key)"));
    card->body()->addWidget(m_offer, 0, Qt::AlignLeft);
    m_offer->hide();
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_edit->now.name = bridge::utf8(text.trimmed());
        showState();
        Q_EMIT edited();
    });
    connect(m_baseUrl, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_edit->now.baseUrl = bridge::utf8(text.trimmed());
        showState();
        Q_EMIT edited();
    });
    connect(m_key, &KeyField::keyChanged, this, &ProviderDetail::onKeyChanged);
    connect(m_key, &KeyField::forgetRequested, this, &ProviderDetail::forgetKeyRequested);
    connect(m_offer, &QPushButton::clicked, this,
            [this] { Q_EMIT presetWanted(m_offer->property("preset").toString()); });
    return card;
}

void ProviderDetail::setEdit(ProviderEdit *edit)
{
    m_edit = nullptr;
    m_key->clear(); // what was typed for one provider never shows at another
    m_test->reset();
    m_offer->hide();
    m_edit = edit;
    load();
}

void ProviderDetail::setSurroundings(const models::Surroundings &around)
{
    m_around = around;
    showState();
}

void ProviderDetail::setLook(const widgets::PillLook &look)
{
    m_pill->setLook(look);
}

void ProviderDetail::setKeychain(const engine::KeychainView &keychain)
{
    m_keychain = keychain;
    showState();
}

void ProviderDetail::setSaving(bool saving)
{
    m_saving = saving;
    showState();
}

void ProviderDetail::load()
{
    if (!m_edit) {
        return;
    }
    m_loading = true;
    const auto &now = m_edit->now;
    const auto *preset = m_around.preset(now.preset);
    m_preset->setText(preset ? bridge::text(preset->name) : bridge::text(now.preset));
    m_name->setText(bridge::text(now.name));
    m_name->setCursorPosition(0);
    m_name->setPlaceholderText(preset ? bridge::text(preset->name) : bridge::text(now.id));
    m_baseUrl->setText(bridge::text(now.baseUrl));
    m_baseUrl->setCursorPosition(0);
    m_baseUrl->setPlaceholderText(preset && !preset->baseUrl.empty() ? bridge::text(preset->baseUrl)
                                                                     : tr("https://example.com/v1"));
    const bool simulated = now.preset == "simulated";
    const bool keyed = !preset || preset->needsKey || preset->baseUrlRequired
                       || now.key.kind != config::KeySource::Kind::None;
    m_baseUrlRow->setVisible(!simulated);
    m_keyRow->setVisible(!simulated && keyed);
    m_simulateCard->setVisible(simulated);
    m_simulate->setBehaviour(now.simulate);
    m_loading = false;
    showState();
}

void ProviderDetail::showState()
{
    if (!m_edit) {
        return;
    }
    const auto &now = m_edit->now;
    const auto name = m_around.providerName(now);
    const auto urlMistake = m_edit->baseUrlMistake(m_around);
    const auto keyMistake = m_edit->keyMistake(m_around);
    m_title->setText(m_edit->saved ? name : tr("New: %1").arg(name));
    m_baseUrlRow->setMistake(urlMistake);
    m_key->setStored(m_edit->saved ? m_edit->saved->key : config::KeySource(),
                     bridge::text(m_keychain.backend), !keyMistake.isEmpty());
    m_keyRow->setMistake(keyMistake);
    const bool changed = m_edit->isChanged();
    m_save->setText(m_edit->saved ? tr("Save") : tr("Add provider"));
    m_save->setEnabled(changed && urlMistake.isEmpty() && keyMistake.isEmpty() && !m_saving);
    m_discard->setEnabled(changed && !m_saving);
    m_testButton->setEnabled(!changed && !m_test->isRunning());
    m_testButton->setToolTip(changed ? tr("Save first: the test uses what is saved")
                                     : tr("Name, connection, TLS, key and models; sends no prompt (F5)"));
    m_switch->setText(now.enabled ? tr("Disable") : tr("Enable"));
    m_switch->setAccessibleName(now.enabled ? tr("Disable provider") : tr("Enable provider"));
    for (auto *button : {m_switch, m_remove, m_testButton}) {
        button->setVisible(m_edit->saved.has_value());
    }
    m_pill->setVisible(m_edit->saved.has_value());
    showEvidence();
}

/// What its health is judged by, in numbers.
void ProviderDetail::showEvidence()
{
    const auto *health = m_edit->saved ? m_around.health(m_edit->saved->id) : nullptr;
    QStringList facts;
    if (health && health->attempts > 0) {
        facts = {tr("%1 attempts in the last hour").arg(bridge::formatCount(health->attempts)),
                 tr("%1 failed").arg(bridge::formatCount(health->failures)),
                 tr("first token p50 %1, p95 %2")
                     .arg(bridge::formatDuration(health->firstTokenP50),
                          bridge::formatDuration(health->firstTokenP95)),
                 tr("%1 today").arg(bridge::formatSpend(health->spendToday))};
    }
    m_steering->show(health);
    m_evidence->setText(facts.join(QStringLiteral(" · ")));
}

void ProviderDetail::onKeyChanged(const QString &key)
{
    if (!m_edit) {
        return;
    }
    m_edit->newKey = base::SecretString(bridge::utf8(key));
    showOffer(key);
    showState();
    Q_EMIT edited();
}

/// Only a new provider changes its kind: a saved one is somebody's step.
void ProviderDetail::showOffer(const QString &key)
{
    const auto *chosen = m_around.preset(m_edit->now.preset);
    const auto *better = chosen ? betterPreset(key, *chosen, m_around.presets) : nullptr;
    m_offer->setVisible(better != nullptr);
    if (!better) {
        return;
    }
    const auto name = bridge::text(better->name);
    m_offer->setText(m_edit->saved ? tr("This looks like a key for %1. Add %1 instead").arg(name)
                                   : tr("This looks like a key for %1. Make this %1").arg(name));
    m_offer->setProperty("preset", bridge::text(better->id));
}

void ProviderDetail::focusFirst()
{
    if (!m_baseUrlRow->isHidden() && m_edit && !m_edit->baseUrlMistake(m_around).isEmpty()) {
        m_baseUrl->setFocus();
    } else if (!m_keyRow->isHidden()) {
        m_key->focusField();
    } else {
        m_name->setFocus();
    }
}

} // namespace signalbox::providers
