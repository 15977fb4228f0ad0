// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clients/clients_page.h"

#include <algorithm>

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QStackedWidget>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/bridge/reply.h"
#include "ui/pages/clients/client_detail.h"
#include "ui/pages/clients/new_client_card.h"
#include "ui/pages/clients/snippet_card.h"
#include "ui/pages/parts/message_stack.h"
#include "ui/pages/parts/pane_area.h"
#include "ui/pages/parts/two_line_delegate.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/form_row.h"
#include "ui/widgets/labels.h"

namespace signalbox::clients {

using bridge::replyTo;

namespace {
const auto kProblem = QStringLiteral("problem");
const auto kDone = QStringLiteral("done");
enum RightPane { kNothing, kNew, kDetail };
} // namespace

ClientsPage::ClientsPage(const shell::PageContext &context, QWidget *parent)
    : Page(parent), m_context(context)
{
    m_messages = new parts::MessageStack;
    auto *both = new QHBoxLayout;
    both->setSpacing(12);
    both->addWidget(makeList());
    both->addWidget(makeRight(), 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(12);
    column->addWidget(m_messages);
    column->addWidget(makeEndpoint());
    column->addLayout(both, 1);
    auto *create = new QAction(tr("New token"), this);
    create->setShortcut(Qt::CTRL | Qt::Key_N);
    create->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(create);
    m_actions.append(create);
    connect(create, &QAction::triggered, this, &ClientsPage::beginNew);
    connect(&m_context.bridge, &bridge::EngineBridge::configChanged, this, &ClientsPage::followConfig);
    connect(&m_context.bridge, &bridge::EngineBridge::serverChanged, this, &ClientsPage::showServer);
    connect(&m_context.bridge, &bridge::EngineBridge::snapshotChanged, this, &ClientsPage::followSnapshot);
    showServer();
    followConfig();
}

ClientsPage::~ClientsPage() = default;

QWidget *ClientsPage::makeEndpoint()
{
    auto *card = new widgets::Card(tr("Base URL"));
    m_url = new widgets::CopyField(tr("Base URL"));
    m_root = new widgets::CopyField(tr("Base URL without /v1"));
    m_serverNote = widgets::makeProse(QString());
    auto *row = new QHBoxLayout;
    row->setSpacing(16);
    row->addWidget(m_url);
    row->addWidget(widgets::makeMutedLabel(tr("for tools that add /v1 themselves")));
    row->addWidget(m_root);
    row->addStretch(1);
    card->body()->addLayout(row);
    card->body()->addWidget(m_serverNote);
    return card;
}

QWidget *ClientsPage::makeList()
{
    auto *card = new widgets::Card;
    card->setAccessibleName(tr("Tools with a token"));
    card->layout()->setContentsMargins(8, 8, 8, 8);
    m_list = parts::makeSideList(
        tr("Tools with a token"),
        new parts::TwoLineDelegate(ClientListModel::SubtitleRole, this, [](const QModelIndex &index) {
            const bool seen = index.data(ClientListModel::SeenRole).toBool();
            return std::optional(seen ? widgets::PillLook{theme::Tone::Ok, theme::Mark::Circle, {}}
                                      : widgets::PillLook{theme::Tone::Off, theme::Mark::Ring, {}});
        }));
    m_list->setModel(&m_model);
    auto *add = widgets::makeButton(tr("+ New token"));
    add->setAccessibleName(tr("New token for a tool"));
    connect(add, &QPushButton::clicked, this, &ClientsPage::beginNew);
    card->body()->addWidget(m_list, 1);
    card->body()->addWidget(add, 0, Qt::AlignLeft);
    card->setFixedWidth(std::max(220, QFontMetrics(card->font()).averageCharWidth() * 30));
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &index) {
                if (const auto *client = m_model.client(index.row())) {
                    select(client->id);
                }
            });
    return card;
}

QWidget *ClientsPage::makeRight()
{
    auto *empty = new widgets::EmptyState(
        theme::Glyph::Clients, tr("No tool has a token yet. Make one and paste it into the tool."));
    connect(empty->addPrimary(tr("New token")), &QPushButton::clicked, this, &ClientsPage::beginNew);
    m_new = new NewClientCard;
    m_detail = new ClientDetail;
    m_snippets = new SnippetCard;
    auto *detail = new QWidget;
    auto *column = new QVBoxLayout(detail);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_detail);
    column->addWidget(m_snippets);
    m_right = new QStackedWidget;
    m_right->addWidget(empty);
    m_right->addWidget(new parts::PaneArea(m_new));
    m_right->addWidget(new parts::PaneArea(detail));
    connect(m_new, &NewClientCard::createRequested, this, &ClientsPage::create);
    connect(m_new, &NewClientCard::cancelled, this, &ClientsPage::showCurrent);
    connect(m_detail, &ClientDetail::chainChosen, this, &ClientsPage::setChain);
    connect(m_detail, &ClientDetail::removeRequested, this, &ClientsPage::remove);
    connect(m_detail, &ClientDetail::newTokenRequested, this, &ClientsPage::replaceToken);
    connect(m_detail, &ClientDetail::showTokenRequested, this, [this](bool show) {
        setToken(QString());
        if (show) {
            withToken([this](const QString &token) { setToken(token); });
        }
    });
    connect(m_detail, &ClientDetail::copyTokenRequested, this, [this] {
        withToken([](const QString &token) { QGuiApplication::clipboard()->setText(token); });
    });
    connect(m_snippets, &SnippetCard::copyRequested, this, &ClientsPage::copySnippet);
    return m_right;
}

void ClientsPage::activated()
{
    m_shown = true;
    askAllLastSeen();
}

void ClientsPage::deactivated()
{
    m_shown = false;
    setToken(QString());
}

void ClientsPage::showServer()
{
    const auto &server = m_context.engine.server();
    const auto config = m_context.engine.config();
    const auto url = server.listening ? bridge::text(server.baseUrl) : QString();
    m_url->setText(url);
    m_root->setText(rootOf(url));
    m_serverNote->setText(
        !server.listening ? tr("Not listening: %1").arg(bridge::text(server.problem))
        : config->server.requireToken
            ? tr("Every tool needs a token: give each its own below.")
            : tr("Tokens are not required (Settings). With its own token a tool is still told apart."));
    if (m_model.client(m_model.rowOf(m_current))) {
        m_snippets->setValues(snippetValues(m_token));
    }
}

void ClientsPage::followConfig()
{
    const int row = std::max(0, m_list->currentIndex().row());
    const auto config = m_context.engine.config();
    m_model.setConfig(config);
    if (m_model.rowOf(m_current) < 0) {
        const auto *next = m_model.client(std::min(row, m_model.rowCount() - 1));
        m_current = next ? next->id : std::string();
        m_snippets->chooseTool(bridge::text(m_current));
        setToken(QString());
    }
    showServer();
    if (m_right->currentIndex() != kNew) {
        showCurrent();
    }
    if (m_shown) {
        askAllLastSeen();
    }
}

void ClientsPage::followSnapshot()
{
    if (!m_shown) {
        return;
    }
    const auto snapshot = m_context.bridge.snapshot();
    for (const auto &flying : snapshot->inFlight) {
        if (m_model.rowOf(flying.client) >= 0) {
            m_model.setLastSeen(flying.client, flying.startedAt, snapshot->at);
        }
    }
    if (snapshot->totals.requestsLastHour != m_requestsSeen) {
        m_requestsSeen = snapshot->totals.requestsLastHour;
        askAllLastSeen();
    }
    showSeen();
}

void ClientsPage::select(const std::string &id)
{
    if (id != m_current) {
        m_current = id;
        setToken(QString());
        m_snippets->chooseTool(bridge::text(id));
    }
    showCurrent();
}

void ClientsPage::reveal(const QString &clientId)
{
    if (m_model.rowOf(bridge::utf8(clientId)) >= 0) {
        select(bridge::utf8(clientId));
    }
}

void ClientsPage::showCurrent()
{
    const int row = m_model.rowOf(m_current);
    const auto *client = m_model.client(row);
    m_right->setCurrentIndex(client ? kDetail : kNothing);
    if (client) {
        m_list->setCurrentIndex(m_model.index(row));
        m_detail->setClient(*client, *m_context.engine.config());
        m_snippets->setValues(snippetValues(m_token));
        showSeen();
    }
}

void ClientsPage::showSeen()
{
    const auto at = m_model.lastSeen(m_current);
    m_detail->setSeen(at ? bridge::formatAgo(*at, m_context.bridge.snapshot()->at) : QString());
}

void ClientsPage::setToken(const QString &token)
{
    m_token = token;
    m_detail->setToken(token);
    if (m_model.client(m_model.rowOf(m_current))) {
        m_snippets->setValues(snippetValues(token));
    }
}

SnippetValues ClientsPage::snippetValues(const QString &token) const
{
    const auto config = m_context.engine.config();
    const auto *client = config->client(m_current);
    SnippetValues values;
    values.url = m_context.engine.server().listening
                     ? bridge::text(m_context.engine.server().baseUrl)
                     : QStringLiteral("http://127.0.0.1:%1/v1").arg(config->server.port);
    values.token = token.isEmpty() ? tr("TOKEN") : token;
    values.model = client && !client->chain.empty() ? bridge::text(client->chain)
                   : config->chains.empty()         ? tr("CHAIN")
                                                    : bridge::text(config->chains.front().id);
    return values;
}

void ClientsPage::beginNew()
{
    m_right->setCurrentIndex(kNew);
    m_new->begin(*m_context.engine.config());
}

void ClientsPage::create(const config::ClientConfig &client, const QString &toolId)
{
    m_messages->clear(kProblem);
    m_context.engine.createClientToken(
        client.id, replyTo<config::KeySource>(this, [this, client, toolId](auto token) {
            if (!token) {
                fail(token.error());
                return;
            }
            auto next = *m_context.engine.config();
            next.clients.push_back(client);
            next.clients.back().token = *token;
            apply(std::move(next), [this, id = client.id, toolId] {
                m_current = id;
                setToken(QString());
                m_model.setConfig(m_context.engine.config());
                m_snippets->chooseTool(toolId.isEmpty() ? QStringLiteral("environment") : toolId);
                showCurrent();
            });
        }));
}

void ClientsPage::replaceToken()
{
    m_context.engine.createClientToken(
        m_current, replyTo<config::KeySource>(this, [this, id = m_current](auto token) {
            if (!token) {
                fail(token.error());
                return;
            }
            auto next = *m_context.engine.config();
            const auto it = std::ranges::find(next.clients, id, &config::ClientConfig::id);
            if (it == next.clients.end()) {
                return;
            }
            it->token = *token;
            apply(std::move(next), [this, id] {
                if (id == m_current) {
                    setToken(QString());
                }
                m_messages->show(
                    kDone, theme::Tone::Accent,
                    tr("%1 has a new token. Paste it into the tool: the old one no longer works.")
                        .arg(bridge::text(id)));
            });
        }));
}

void ClientsPage::withToken(std::function<void(const QString &)> then)
{
    m_context.engine.revealClientToken(
        m_current, replyTo<std::string>(this, [this, id = m_current, then = std::move(then)](auto token) {
            if (id != m_current) {
                return;
            }
            if (!token) {
                setToken(QString());
                fail(token.error());
                return;
            }
            then(bridge::text(*token));
        }));
}

void ClientsPage::copySnippet()
{
    withToken([this](const QString &token) {
        QGuiApplication::clipboard()->setText(filled(m_snippets->tool(), snippetValues(token)));
        m_snippets->sayCopied();
    });
}

void ClientsPage::setChain(const QString &chain)
{
    auto next = *m_context.engine.config();
    const auto it = std::ranges::find(next.clients, m_current, &config::ClientConfig::id);
    if (it != next.clients.end() && it->chain != bridge::utf8(chain)) {
        it->chain = bridge::utf8(chain);
        apply(std::move(next), [] {});
    }
}

void ClientsPage::remove()
{
    auto next = *m_context.engine.config();
    const auto it = std::ranges::find(next.clients, m_current, &config::ClientConfig::id);
    if (it == next.clients.end()) {
        return;
    }
    const auto client = *it;
    const auto place = it - next.clients.begin();
    next.clients.erase(it);
    apply(std::move(next), [this, client, place] {
        m_messages->show(kDone, theme::Tone::Accent,
                         tr("Removed %1: its token no longer works.").arg(bridge::text(client.id)),
                         tr("Undo"), [this, client, place] {
                             auto again = *m_context.engine.config();
                             if (again.client(client.id)) {
                                 return;
                             }
                             const auto size = static_cast<std::ptrdiff_t>(again.clients.size());
                             again.clients.insert(again.clients.begin() + std::min(place, size), client);
                             apply(std::move(again), [this, id = client.id] { reveal(bridge::text(id)); });
                         });
    });
}

void ClientsPage::askAllLastSeen()
{
    for (int row = 0; row < m_model.rowCount(); ++row) {
        askLastSeen(m_model.client(row)->id);
    }
}

void ClientsPage::askLastSeen(const std::string &client)
{
    ledger::RequestQuery query;
    query.limit = 1;
    query.client = client;
    m_context.engine.requests(
        query, replyTo<std::vector<ledger::RequestRow>>(this, [this, client](auto rows) {
            if (rows && !rows->empty()) {
                m_model.setLastSeen(client, rows->front().started.at, m_context.bridge.snapshot()->at);
                showSeen();
            }
        }));
}

void ClientsPage::apply(config::Config next, std::function<void()> then)
{
    m_context.engine.applyConfig(std::move(next),
                                 replyTo<void>(this, [this, then = std::move(then)](auto result) {
                                     if (result) {
                                         m_messages->clear(kProblem);
                                         followConfig(); // the reply may be here before the announcement
                                         then();
                                     } else {
                                         fail(result.error());
                                         showCurrent(); // what was chosen is not in force
                                     }
                                 }));
}

void ClientsPage::fail(const base::Error &error)
{
    m_messages->show(kProblem, theme::Tone::Danger, bridge::text(error.message));
}

} // namespace signalbox::clients
