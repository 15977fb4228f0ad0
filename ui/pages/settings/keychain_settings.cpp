// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/keychain_settings.h"

#include <QLabel>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::settings {

using engine::KeychainState;
using theme::Mark;
using theme::Tone;

namespace {
widgets::PillLook look(KeychainState state)
{
    switch (state) {
    case KeychainState::Available:
        return {Tone::Ok, Mark::Circle, KeychainSettings::tr("Available")};
    case KeychainState::Locked:
        return {Tone::Caution, Mark::Diamond, KeychainSettings::tr("Locked")};
    case KeychainState::Missing:
        return {Tone::Danger, Mark::Square, KeychainSettings::tr("Missing")};
    case KeychainState::Refused:
        return {Tone::Danger, Mark::Triangle, KeychainSettings::tr("Refused")};
    case KeychainState::NotAsked:
        return {Tone::Off, Mark::Ring, KeychainSettings::tr("Not asked yet")};
    }
    return {};
}

QString consequence(KeychainState state)
{
    switch (state) {
    case KeychainState::Available:
        return KeychainSettings::tr(
            "Keys and tokens are kept there. The configuration holds only references.");
    case KeychainState::Locked:
        return KeychainSettings::tr(
            "Keys cannot be read until it is unlocked. Chains go on with the steps that need none.");
    case KeychainState::Missing:
        return KeychainSettings::tr(
            "There is no keychain service. New keys can be kept for this session, or come from "
            "environment variables.");
    case KeychainState::Refused:
        return KeychainSettings::tr("The keychain does not let Signalbox in.");
    case KeychainState::NotAsked:
        return KeychainSettings::tr("Nothing has needed a key so far.");
    }
    return {};
}
} // namespace

KeychainSettings::KeychainSettings(QWidget *parent)
    : Card(tr("Keychain"), parent), m_pill(new widgets::StatusPill), m_says(widgets::makeProse(QString()))
{
    addTitleWidget(m_pill);
    auto *again = widgets::makeButton(tr("Check again"));
    again->setAccessibleName(tr("Check the keychain again"));
    body()->addWidget(m_says);
    body()->addWidget(again, 0, Qt::AlignLeft);
    connect(again, &QPushButton::clicked, this, &KeychainSettings::checkRequested);
    setKeychain(engine::KeychainView());
}

void KeychainSettings::setKeychain(const base::Result<engine::KeychainView> &keychain)
{
    if (!keychain) {
        m_pill->setLook({Tone::Danger, Mark::Square, tr("No answer")});
        m_says->setText(bridge::text(keychain.error().message));
        return;
    }
    setTitle(tr("Keychain"), bridge::text(keychain->backend));
    m_pill->setLook(look(keychain->state));
    QStringList lines{consequence(keychain->state)};
    if (!keychain->advice.empty()) {
        QString advice = bridge::text(keychain->advice); // begins small: elsewhere it stands behind a colon
        advice.replace(0, 1, advice.at(0).toUpper());
        lines.append(advice);
    }
    m_says->setText(lines.join(u'\n'));
}

} // namespace signalbox::settings
