// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "ui/pages/clients/client_list_model.h"
#include "ui/pages/clients/tool_snippets.h"
#include "ui/shell/page.h"

class QLabel;
class QListView;
class QStackedWidget;

namespace signalbox::widgets {
class CopyField;
}
namespace signalbox::parts {
class MessageStack;
}

namespace signalbox::clients {

class ClientDetail;
class NewClientCard;
class SnippetCard;

/// Where tools reach Signalbox, and a token for each of them with what to paste into the tool. A token in
/// plain text is fetched when it is asked for and forgotten when another tool is chosen. Owned by the window.
class ClientsPage : public shell::Page
{
    Q_OBJECT

public:
    explicit ClientsPage(const shell::PageContext &context, QWidget *parent = nullptr);
    ~ClientsPage() override;

    QString title() const override { return tr("Clients"); }
    void activated() override;
    void deactivated() override;
    QList<QAction *> pageActions() const override { return m_actions; }
    void reveal(const QString &clientId) override;

private:
    QWidget *makeEndpoint();
    QWidget *makeList();
    QWidget *makeRight();
    void showServer();
    void followConfig();
    void followSnapshot();
    void select(const std::string &id);
    void showCurrent();
    void showSeen();
    void setToken(const QString &token);
    SnippetValues snippetValues(const QString &token) const;
    void beginNew();
    void create(const config::ClientConfig &client, const QString &toolId);
    void replaceToken();
    void withToken(std::function<void(const QString &)> then);
    void copySnippet();
    void setChain(const QString &chain);
    void remove();
    void askLastSeen(const std::string &client);
    void askAllLastSeen();
    void apply(config::Config next, std::function<void()> then);
    void fail(const base::Error &error);

    shell::PageContext m_context;
    ClientListModel m_model;
    std::string m_current;
    QString m_token; ///< of the current client, while it is shown
    bool m_shown = false;
    std::int64_t m_requestsSeen = -1;
    widgets::CopyField *m_url = nullptr;
    widgets::CopyField *m_root = nullptr;
    QLabel *m_serverNote = nullptr;
    QListView *m_list = nullptr;
    QStackedWidget *m_right = nullptr;
    ClientDetail *m_detail = nullptr;
    NewClientCard *m_new = nullptr;
    SnippetCard *m_snippets = nullptr;
    parts::MessageStack *m_messages = nullptr;
    QList<QAction *> m_actions;
};

} // namespace signalbox::clients
