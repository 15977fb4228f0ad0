// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "ui/models/provider_list_model.h"
#include "ui/pages/providers/provider_writer.h"
#include "ui/shell/page.h"

class QListView;
class QStackedWidget;

namespace signalbox::parts {
class MessageStack;
}

namespace signalbox::providers {

class PresetPicker;
class ProviderDetail;
struct SteeringOrder;

/// The providers at the left, the chosen one at the right. A new key goes to the keychain, is read back there
/// by the engine, and only then is the configuration saved with a reference to it. Owned by the window.
class ProvidersPage : public shell::Page
{
    Q_OBJECT

public:
    explicit ProvidersPage(const shell::PageContext &context, QWidget *parent = nullptr);
    ~ProvidersPage() override;

    QString title() const override { return tr("Providers"); }
    void activated() override;
    void deactivated() override { m_shown = false; }
    QList<QAction *> pageActions() const override { return m_actions; }
    void reveal(const QString &providerId) override;

private:
    QWidget *makeList();
    QWidget *makeRight();
    void makeActions();
    void followConfig();
    void followSnapshot();
    void askKeychain();
    void select(const std::string &id); ///< empty: the new one
    void showPicker();
    void beginNew(const QString &presetId);
    ProviderEdit *current();
    void save(bool sessionOnly);
    void onSaved(const std::string &slot, const config::ProviderConfig &provider);
    void onKeyNotStored(const base::Error &error);
    void discard();
    void runTest();
    void setEnabledNow(bool on);
    void steer(const SteeringOrder &order);
    void remove();
    void forgetKey();
    void fail(const base::Error &error);

    shell::PageContext m_context;
    ProviderWriter m_writer;
    models::ProviderListModel m_model;
    std::map<std::string, ProviderEdit> m_edits; ///< by id; "" is the new one
    std::string m_current;
    engine::KeychainView m_keychain;
    bool m_shown = false;
    QStackedWidget *m_stack;
    QListView *m_list = nullptr;
    QStackedWidget *m_right = nullptr;
    PresetPicker *m_picker = nullptr;
    ProviderDetail *m_detail = nullptr;
    parts::MessageStack *m_messages = nullptr;
    QList<QAction *> m_actions;
};

} // namespace signalbox::providers
