// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/activity_page.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QPointer>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>

#include "core/engine/engine.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/models/activity_model.h"
#include "ui/pages/activity/request_card.h"
#include "ui/pages/activity/request_table.h"
#include "ui/pages/activity/scope_bar.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/labels.h"

namespace signalbox::activity {

namespace {

enum Face { ListFace, EmptyFace };
constexpr int kIdLength = 26;

} // namespace

ActivityPage::ActivityPage(const shell::PageContext &context, QWidget *parent)
    : Page(parent),
      m_context(context),
      m_model(new models::ActivityModel(
          context.engine,
          [&bridge = context.bridge](const std::string &id) { return bridge.providerName(id); }, this)),
      m_scope(new ScopeBar(context)),
      m_table(new RequestTable(*m_model)),
      m_count(widgets::makeMutedLabel({}, theme::TextSize::Small)),
      m_request(new RequestCard(context)),
      m_empty(makeEmpty()),
      m_faces(new QStackedWidget),
      m_find(new QAction(tr("Find a request"), this)),
      m_reload(new QAction(tr("Read the ledger again"), this)),
      m_pace(new QTimer(this))
{
    m_faces->addWidget(makeList());
    m_faces->addWidget(m_empty);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->addWidget(m_faces);
    m_find->setShortcut(QKeySequence::Find);
    m_reload->setShortcut(QKeySequence::Refresh);
    m_pace->setSingleShot(true);
    m_pace->setInterval(1000);
    connect(m_find, &QAction::triggered, m_scope, &ScopeBar::focusText);
    connect(m_reload, &QAction::triggered, this,
            [this] { m_model->setScope(m_scope->chain(), m_scope->client()); });
    connect(m_scope, &ScopeBar::textChanged, m_model, &models::ActivityModel::setFilter);
    connect(m_scope, &ScopeBar::textChanged, this, &ActivityPage::showFace);
    connect(m_scope, &ScopeBar::scopeChanged, m_reload, &QAction::trigger);
    connect(m_table, &RequestTable::chosen, m_request,
            qOverload<const base::RequestId &>(&RequestCard::show));
    connect(m_model, &models::ActivityModel::fetchedPage, this, &ActivityPage::showFace);
    connect(m_model, &models::ActivityModel::failed, this,
            [this](const QString &error) { m_count->setText(error); });
    connect(&context.bridge, &bridge::EngineBridge::snapshotChanged, this, &ActivityPage::refresh);
    connect(m_pace, &QTimer::timeout, this, &ActivityPage::refresh);
}

QWidget *ActivityPage::makeList()
{
    auto *list = new QWidget;
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_scope);
    auto *card = new widgets::Card;
    card->setAccessibleName(tr("Requests"));
    card->body()->addWidget(m_table, 1);
    card->body()->addWidget(m_count);
    auto *split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->setHandleWidth(12);
    split->addWidget(card);
    split->addWidget(m_request);
    split->setStretchFactor(0, 5);
    split->setStretchFactor(1, 4);
    m_table->setMinimumHeight(120);
    m_request->setMinimumHeight(200);
    column->addWidget(split, 1);
    return list;
}

widgets::EmptyState *ActivityPage::makeEmpty()
{
    auto *empty = new widgets::EmptyState(theme::Glyph::Activity, tr("No requests yet."));
    connect(empty->addPrimary(tr("Send a test request")), &QPushButton::clicked, this,
            &ActivityPage::sendTest);
    connect(empty->addLink(tr("Copy base URL")), &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(bridge::text(m_context.engine.server().baseUrl));
    });
    return empty;
}

void ActivityPage::activated()
{
    m_active = true;
    refresh();
}

void ActivityPage::refresh()
{
    if (!m_active || m_pace->isActive()) {
        return;
    }
    m_pace->start();
    m_model->refresh();
    m_request->refresh();
}

void ActivityPage::showFace()
{
    const bool everything = m_scope->chain().empty() && m_scope->client().empty();
    const bool empty = m_model->knownEmpty() && everything;
    m_faces->setCurrentIndex(empty ? EmptyFace : ListFace);
    if (empty) {
        const engine::ServerState &server = m_context.engine.server();
        m_empty->setSentence(server.listening
                                 ? tr("No requests yet. Point a tool at %1").arg(bridge::text(server.baseUrl))
                                 : tr("No requests yet. %1").arg(bridge::text(server.problem)));
    }
    const QString fetched = bridge::formatCount(static_cast<std::int64_t>(m_model->fetched()));
    const QString shown = bridge::formatCount(m_model->rowCount());
    m_count->setText(
        m_model->atEnd()
            ? tr("%1 of %2 requests").arg(shown, fetched)
            : tr("%1 of the newest %2 requests; older ones come as you scroll").arg(shown, fetched));
}

void ActivityPage::sendTest()
{
    const auto config = m_context.engine.config();
    const std::string chain =
        config->chain("demo") || config->chains.empty() ? "demo" : config->chains.front().id;
    m_context.engine.sendTestRequest(chain,
                                     [page = QPointer(this)](const base::Result<engine::TestAnswer> &answer) {
                                         if (!page) {
                                             return;
                                         }
                                         if (!answer) {
                                             page->m_empty->setSentence(bridge::text(answer.error().message));
                                             return;
                                         }
                                         page->m_model->refresh();
                                         page->reveal(bridge::text(answer->id.text()));
                                     });
}

void ActivityPage::reveal(const QString &what)
{
    if (what.size() == kIdLength && !what.contains(QLatin1Char(' '))) {
        const auto id = base::RequestId::fromText(what.toStdString());
        m_scope->setText({});
        m_table->choose(id);
        m_request->show(id);
        return;
    }
    m_scope->setText(what);
}

} // namespace signalbox::activity
