// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"
#include "ui/widgets/card.h"

class QLabel;

namespace signalbox::widgets {
class StatusPill;
}

namespace signalbox::settings {

/// How the keychain stands and what can be done about it. Owned by the settings page.
class KeychainSettings : public widgets::Card
{
    Q_OBJECT

public:
    explicit KeychainSettings(QWidget *parent = nullptr);

    void setKeychain(const base::Result<engine::KeychainView> &keychain);

Q_SIGNALS:
    void checkRequested();

private:
    widgets::StatusPill *m_pill;
    QLabel *m_says;
};

} // namespace signalbox::settings
