// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/settings_page.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QRadioButton>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/bridge/reply.h"
#include "ui/pages/parts/message_stack.h"
#include "ui/pages/parts/pane_area.h"
#include "ui/pages/settings/endpoint_settings.h"
#include "ui/pages/settings/keychain_settings.h"
#include "ui/theme/theme.h"
#include "ui/widgets/card.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/form_row.h"

namespace signalbox::settings {

namespace {
const auto kEndpoint = QStringLiteral("endpoint");
constexpr int kColumnWidth = 110; ///< characters: lines longer than that are hard to read
} // namespace

SettingsPage::SettingsPage(const shell::PageContext &context, QWidget *parent)
    : Page(parent),
      m_context(context),
      m_messages(new parts::MessageStack),
      m_endpoint(new EndpointSettings),
      m_keychain(new KeychainSettings)
{
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_messages);
    column->addWidget(m_endpoint);
    column->addWidget(m_keychain);
    column->addWidget(makeAppearance());
    if (auto *files = makeFiles()) {
        column->addWidget(files);
    }
    content->setMaximumWidth(QFontMetrics(font()).averageCharWidth() * kColumnWidth);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(16, 14, 16, 16);
    outer->addWidget(new parts::PaneArea(content));
    connect(m_endpoint, &EndpointSettings::applyRequested, this, &SettingsPage::applyEndpoint);
    connect(m_endpoint, &EndpointSettings::retryRequested, this,
            [this] { m_context.engine.retryListening(); });
    connect(m_keychain, &KeychainSettings::checkRequested, this, &SettingsPage::askKeychain);
    connect(&m_context.bridge, &bridge::EngineBridge::configChanged, this, &SettingsPage::followConfig);
    connect(&m_context.bridge, &bridge::EngineBridge::serverChanged, this,
            [this] { m_endpoint->setServer(m_context.engine.server()); });
    m_endpoint->setServer(m_context.engine.server());
    followConfig();
    m_endpoint->applied();
}

SettingsPage::~SettingsPage() = default;

QWidget *SettingsPage::makeAppearance()
{
    auto *card = new widgets::Card(tr("Appearance"));
    auto *row = new QHBoxLayout;
    row->setSpacing(16);
    m_themes = new QButtonGroup(this);
    const auto add = [&](const QString &text, const QString &name, theme::Mode mode) {
        auto *button = new QRadioButton(text);
        button->setAccessibleName(name);
        button->setToolTip(tr("Kept with the window, not in the configuration (theme)"));
        button->setChecked(m_context.theme.mode() == mode);
        m_themes->addButton(button, static_cast<int>(mode));
        row->addWidget(button);
    };
    add(tr("As the system"), tr("Theme as the system"), theme::Mode::System);
    add(tr("Light"), tr("Light theme"), theme::Mode::Light);
    add(tr("Dark"), tr("Dark theme"), theme::Mode::Dark);
    row->addStretch(1);
    card->body()->addLayout(row);
    connect(m_themes, &QButtonGroup::idClicked, this,
            [this](int mode) { m_context.theme.setMode(static_cast<theme::Mode>(mode)); });
    connect(&m_context.theme, &theme::Theme::modeChanged, this,
            [this](theme::Mode mode) { m_themes->button(static_cast<int>(mode))->setChecked(true); });
    return card;
}

QWidget *SettingsPage::makeFiles()
{
    const auto files = m_context.engine.files();
    if (files.config.empty() && files.ledger.empty() && files.log.empty()) {
        return nullptr;
    }
    auto *card = new widgets::Card(tr("Files"));
    const auto add = [&](const QString &label, const std::string &path, const QString &says) {
        if (!path.empty()) {
            auto *row = new widgets::FormRow(label, new widgets::CopyField(label, bridge::text(path)));
            row->setToolTip(says);
            card->body()->addWidget(row);
        }
    };
    add(tr("Configuration"), files.config, tr("Edits by hand are taken over when the file is saved"));
    add(tr("Ledger"), files.ledger, tr("What was asked, answered and paid; never prompts or keys"));
    add(tr("Log"), files.log, tr("Keys are replaced in every line"));
    return card;
}

void SettingsPage::activated()
{
    askKeychain();
}

void SettingsPage::askKeychain()
{
    m_context.engine.keychainState(bridge::replyTo<engine::KeychainView>(
        this, [this](auto result) { m_keychain->setKeychain(result); }));
}

void SettingsPage::followConfig()
{
    m_endpoint->setConfig(m_context.engine.config()->server);
}

void SettingsPage::applyEndpoint()
{
    auto next = *m_context.engine.config();
    next.server = m_endpoint->edited();
    m_context.engine.applyConfig(std::move(next), bridge::replyTo<void>(this, [this](auto result) {
                                     if (result) {
                                         m_messages->clear(kEndpoint);
                                         followConfig();
                                     } else {
                                         m_messages->show(
                                             kEndpoint, theme::Tone::Danger,
                                             tr("Not applied: %1").arg(bridge::text(result.error().message)));
                                     }
                                 }));
}

} // namespace signalbox::settings
