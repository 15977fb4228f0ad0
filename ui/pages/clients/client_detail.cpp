// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clients/client_detail.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/form_row.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::clients {

using Kind = config::KeySource::Kind;

ClientDetail::ClientDetail(QWidget *parent)
    : QWidget(parent),
      m_title(new widgets::ElidedLabel),
      m_seen(new widgets::StatusPill),
      m_remove(widgets::makeButton(tr("Remove"), theme::ButtonKind::Danger)),
      m_chain(new QComboBox),
      m_stored(widgets::makeLabel(QString())),
      m_token(new QLineEdit),
      m_show(widgets::makeButton(tr("Show")))
{
    m_title->setFont(theme::font(theme::TextSize::Title, theme::Weight::Strong));
    m_remove->setAccessibleName(tr("Remove tool"));
    m_remove->setToolTip(tr("Its token stops working at once"));
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_title, 1);
    head->addWidget(m_seen);
    head->addWidget(m_remove);
    auto *card = new widgets::Card;
    card->setAccessibleName(tr("Token and chain"));
    auto *token = new widgets::FormRow(tr("Token"), makeToken());
    token->setToolTip(
        tr("Tells this tool from the others; the configuration holds only a reference (clients[].token)"));
    m_chain->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_chain->setMinimumContentsLength(16);
    auto *chain = new widgets::FormRow(tr("Chain"), m_chain);
    chain->setHint(tr("Used when the model the tool asks for names no chain."));
    chain->setToolTip(tr("clients[].chain"));
    card->body()->addWidget(token);
    card->body()->addWidget(chain);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addLayout(head);
    column->addWidget(card);
    connect(m_chain, &QComboBox::activated, this,
            [this](int row) { Q_EMIT chainChosen(m_chain->itemData(row).toString()); });
    connect(m_remove, &QPushButton::clicked, this, &ClientDetail::removeRequested);
}

QWidget *ClientDetail::makeToken()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_token->setReadOnly(true);
    m_token->setFont(theme::monoFont());
    m_token->setAccessibleName(tr("Token in plain text"));
    m_show->setCheckable(true);
    m_show->setAccessibleName(tr("Show token"));
    auto *copy = widgets::makeButton(tr("Copy"));
    copy->setAccessibleName(tr("Copy token"));
    auto *fresh = widgets::makeButton(tr("New token"));
    fresh->setToolTip(tr("Makes another token; the old one stops working at once"));
    row->addWidget(m_stored, 1);
    row->addWidget(m_token, 1);
    row->addWidget(m_show);
    row->addWidget(copy);
    row->addWidget(fresh);
    box->setFocusProxy(m_show);
    connect(m_show, &QPushButton::clicked, this, &ClientDetail::showTokenRequested);
    connect(copy, &QPushButton::clicked, this, &ClientDetail::copyTokenRequested);
    connect(fresh, &QPushButton::clicked, this, &ClientDetail::newTokenRequested);
    setToken(QString());
    return box;
}

void ClientDetail::setClient(const config::ClientConfig &client, const config::Config &config)
{
    m_client = client;
    m_title->setText(bridge::text(client.id));
    const auto last4 = client.token.last4.empty()
                           ? QStringLiteral("••••")
                           : QStringLiteral("•••• %1").arg(bridge::text(client.token.last4));
    switch (client.token.kind) {
    case Kind::Keychain:
        m_stored->setText(tr("%1  in the keychain").arg(last4));
        break;
    case Kind::Memory:
        m_stored->setText(tr("%1  for this session only").arg(last4));
        break;
    case Kind::Environment:
        m_stored->setText(
            tr("%1  from the environment variable %2").arg(last4, bridge::text(client.token.name)));
        break;
    case Kind::None:
        m_stored->setText(tr("none yet"));
        break;
    }
    m_chain->clear();
    m_chain->addItem(tr("none: the model must name one"), QString());
    for (const auto &chain : config.chains) {
        m_chain->addItem(bridge::text(chain.id), bridge::text(chain.id));
    }
    if (!client.chain.empty() && !config.chain(client.chain)) {
        m_chain->addItem(tr("%1 (missing)").arg(bridge::text(client.chain)), bridge::text(client.chain));
    }
    m_chain->setCurrentIndex(m_chain->findData(bridge::text(client.chain)));
}

void ClientDetail::setSeen(const QString &when)
{
    m_seen->setLook(
        when.isEmpty()
            ? widgets::PillLook{theme::Tone::Off, theme::Mark::Ring, tr("Waiting for the first request")}
            : widgets::PillLook{theme::Tone::Ok, theme::Mark::Circle, tr("Connected, %1").arg(when)});
}

void ClientDetail::setToken(const QString &token)
{
    m_token->setText(token);
    m_token->setCursorPosition(0);
    m_token->setVisible(!token.isEmpty());
    m_stored->setVisible(token.isEmpty());
    m_show->setChecked(!token.isEmpty());
    m_show->setText(token.isEmpty() ? tr("Show") : tr("Hide"));
}

} // namespace signalbox::clients
