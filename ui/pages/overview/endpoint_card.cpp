// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/endpoint_card.h"

#include <QBoxLayout>

#include "core/engine/engine.h"
#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"

namespace signalbox::overview {

EndpointCard::EndpointCard(const shell::PageContext &context, QWidget *parent)
    : Card(parent),
      m_engine(context.engine),
      m_pill(new widgets::StatusPill),
      m_url(new widgets::CopyField(tr("Base URL"))),
      m_note(new widgets::ElidedLabel)
{
    setAccessibleName(tr("Endpoint"));
    layout()->setContentsMargins(14, 8, 14, 8);
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(widgets::makeStrongLabel(tr("Endpoint")));
    row->addWidget(m_pill);
    row->addWidget(m_url);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    row->addWidget(m_note, 1);
    QPushButton *connectTool = widgets::makeButton(tr("Connect a tool"), widgets::ButtonKind::Link);
    row->addWidget(connectTool);
    body()->addLayout(row);
    connect(connectTool, &QPushButton::clicked, this,
            [this] { Q_EMIT openRequested(shell::PageId::Clients, {}); });
    refresh();
}

void EndpointCard::refresh()
{
    const engine::ServerState &server = m_engine.server();
    m_pill->setLook(bridge::serverLook(server));
    m_url->setVisible(server.listening);
    m_url->setText(bridge::text(server.baseUrl));
    if (!server.listening) {
        m_note->setText(tr("No tool can reach Signalbox until it listens on port %1").arg(server.port));
        return;
    }
    m_note->setText(m_engine.config()->server.requireToken
                        ? tr("Only this machine can reach it, with a token")
                        : tr("Only this machine can reach it; no token is asked for"));
}

} // namespace signalbox::overview
