// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

class QButtonGroup;

namespace signalbox::parts {
class MessageStack;
}

namespace signalbox::settings {

class EndpointSettings;
class KeychainSettings;

/// One small editor per section. Everything here works at once but for the endpoint, which has an Apply. Each
/// setting names its key in the configuration in its tool tip. Owned by the window.
class SettingsPage : public shell::Page
{
    Q_OBJECT

public:
    explicit SettingsPage(const shell::PageContext &context, QWidget *parent = nullptr);
    ~SettingsPage() override;

    QString title() const override { return tr("Settings"); }
    void activated() override;

private:
    QWidget *makeAppearance();
    QWidget *makeFiles();
    void followConfig();
    void applyEndpoint();
    void askKeychain();

    shell::PageContext m_context;
    parts::MessageStack *m_messages;
    EndpointSettings *m_endpoint;
    KeychainSettings *m_keychain;
    QButtonGroup *m_themes = nullptr;
};

} // namespace signalbox::settings
