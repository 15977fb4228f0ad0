// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/scope_bar.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLineEdit>

#include "core/engine/engine.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/theme/glyphs.h"

namespace signalbox::activity {

namespace {

// Keeps what is chosen, even when it is no longer configured: its requests are still in the ledger.
void refill(QComboBox &box, const QString &all, const QStringList &ids)
{
    const QString chosen = box.currentData().toString();
    const QSignalBlocker quiet(box);
    box.clear();
    box.addItem(all, QString());
    for (const QString &id : ids) {
        box.addItem(id, id);
    }
    if (!chosen.isEmpty() && box.findData(chosen) < 0) {
        box.addItem(chosen, chosen);
    }
    box.setCurrentIndex(std::max(0, box.findData(chosen)));
}

} // namespace

ScopeBar::ScopeBar(const shell::PageContext &context, QWidget *parent)
    : QWidget(parent),
      m_engine(context.engine),
      m_text(new QLineEdit),
      m_chain(new QComboBox),
      m_client(new QComboBox)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_text, 1);
    row->addWidget(m_chain);
    row->addWidget(m_client);
    m_text->setPlaceholderText(tr("Filter by client, model, provider, outcome or id"));
    m_text->setAccessibleName(tr("Filter"));
    m_text->setClearButtonEnabled(true);
    m_text->addAction(theme::glyphIcon(theme::Glyph::Search), QLineEdit::LeadingPosition)
        ->setText(tr("Filter"));
    m_chain->setAccessibleName(tr("Chain"));
    m_client->setAccessibleName(tr("Client"));
    for (QComboBox *box : {m_chain, m_client}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(14);
        connect(box, &QComboBox::currentIndexChanged, this, &ScopeBar::scopeChanged);
    }
    connect(m_text, &QLineEdit::textChanged, this, &ScopeBar::textChanged);
    connect(&context.bridge, &bridge::EngineBridge::configChanged, this, &ScopeBar::fill);
    fill();
}

void ScopeBar::fill()
{
    QStringList chains;
    QStringList clients;
    const auto config = m_engine.config();
    for (const config::ChainConfig &chain : config->chains) {
        chains << bridge::text(chain.id);
    }
    for (const config::ClientConfig &client : config->clients) {
        clients << bridge::text(client.id);
    }
    refill(*m_chain, tr("All chains"), chains);
    refill(*m_client, tr("All clients"), clients);
}

void ScopeBar::setText(const QString &text)
{
    m_text->setText(text);
}

void ScopeBar::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

std::string ScopeBar::chain() const
{
    return m_chain->currentData().toString().toStdString();
}

std::string ScopeBar::client() const
{
    return m_client->currentData().toString().toStdString();
}

} // namespace signalbox::activity
