// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clients/new_client_card.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/models/surroundings.h"
#include "ui/pages/clients/tool_snippets.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/form_row.h"
#include "ui/widgets/labels.h"

namespace signalbox::clients {

NewClientCard::NewClientCard(QWidget *parent)
    : Card(tr("New token"), parent),
      m_name(new QComboBox),
      m_nameRow(nullptr),
      m_chain(new QComboBox),
      m_create(widgets::makeButton(tr("Create token"), theme::ButtonKind::Primary))
{
    m_name->setEditable(true);
    m_name->setInsertPolicy(QComboBox::NoInsert);
    for (const auto &tool : tools()) {
        if (tool.served) {
            m_name->addItem(QString::fromUtf8(tool.id), QString::fromUtf8(tool.id));
        }
    }
    m_nameRow = new widgets::FormRow(tr("Tool"), m_name);
    m_nameRow->setToolTip(tr("What the tool is called in activity and spend (clients[].id)"));
    auto *chain = new widgets::FormRow(tr("Chain"), m_chain);
    chain->setHint(tr("Used when the model the tool asks for names no chain."));
    chain->setToolTip(tr("clients[].chain"));
    auto *cancel = widgets::makeButton(tr("Cancel"));
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addStretch(1);
    row->addWidget(cancel);
    row->addWidget(m_create);
    body()->addWidget(widgets::makeProse(
        tr("A token of its own shows what each tool does and costs, and can be taken away from it alone.")));
    body()->addWidget(m_nameRow);
    body()->addWidget(chain);
    body()->addLayout(row);
    const auto create = [this] {
        if (m_create->isEnabled()) {
            config::ClientConfig client;
            client.id = id();
            client.chain = bridge::utf8(m_chain->currentData().toString());
            const int known = m_name->findText(m_name->currentText());
            Q_EMIT createRequested(client, known >= 0 ? m_name->itemData(known).toString() : QString());
        }
    };
    connect(m_create, &QPushButton::clicked, this, create);
    connect(m_name->lineEdit(), &QLineEdit::returnPressed, this, create);
    connect(cancel, &QPushButton::clicked, this, &NewClientCard::cancelled);
    connect(m_name, &QComboBox::editTextChanged, this, &NewClientCard::check);
}

void NewClientCard::begin(const config::Config &config)
{
    m_taken.clear();
    for (const auto &client : config.clients) {
        m_taken.push_back(client.id);
    }
    m_chain->clear();
    for (const auto &chain : config.chains) {
        m_chain->addItem(bridge::text(chain.id), bridge::text(chain.id));
    }
    m_chain->addItem(tr("none: the model must name one"), QString());
    m_chain->setCurrentIndex(0);
    m_name->setCurrentIndex(-1);
    m_name->setCurrentText(QString());
    m_name->lineEdit()->setPlaceholderText(tr("aider"));
    check();
    m_name->setFocus();
}

std::string NewClientCard::id() const
{
    return models::idFromName(m_name->currentText());
}

void NewClientCard::check()
{
    const auto wanted = id();
    const bool taken = std::ranges::find(m_taken, wanted) != m_taken.end();
    m_nameRow->setMistake(taken ? tr("%1 has a token already").arg(bridge::text(wanted)) : QString());
    m_nameRow->setHint(wanted.empty() || wanted == bridge::utf8(m_name->currentText())
                           ? QString()
                           : tr("Will be called %1").arg(bridge::text(wanted)));
    m_create->setEnabled(!wanted.empty() && !taken);
}

} // namespace signalbox::clients
