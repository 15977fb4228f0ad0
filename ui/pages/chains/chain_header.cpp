// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/chain_header.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/models/surroundings.h"
#include "ui/pages/chains/name_chips.h"
#include "ui/theme/colors.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"

namespace signalbox::chains {

ChainHeader::ChainHeader(QWidget *parent)
    : QWidget(parent),
      m_title(new widgets::ElidedLabel),
      m_enabled(new QCheckBox(tr("On"))),
      m_discard(widgets::makeButton(tr("Discard"))),
      m_apply(widgets::makeButton(QString(), theme::ButtonKind::Primary)),
      m_names(new NameChips),
      m_lint(widgets::makeProse(QString())),
      m_rules(new widgets::ElidedLabel)
{
    m_title->setFont(theme::font(theme::TextSize::Title, theme::Weight::Strong));
    m_enabled->setAccessibleName(tr("Chain is on"));
    m_enabled->setToolTip(tr("A chain that is off answers no requests (chains[].enabled)"));
    m_apply->setObjectName(QStringLiteral("apply")); // its text changes with the version
    m_discard->setToolTip(tr("Drop the draft and show the applied version"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_title, 1);
    row->addWidget(m_enabled);
    row->addSpacing(4);
    row->addWidget(m_discard);
    row->addWidget(m_apply);
    column->addLayout(row);
    column->addWidget(m_names);
    column->addWidget(m_rules);
    column->addWidget(m_lint);
    m_rules->setForegroundRole(QPalette::PlaceholderText);
    m_rules->hide();
    m_lint->hide();
    connect(m_apply, &QPushButton::clicked, this, &ChainHeader::applyRequested);
    connect(m_discard, &QPushButton::clicked, this, &ChainHeader::discardRequested);
    connect(m_enabled, &QAbstractButton::clicked, this, [this](bool on) {
        auto head = m_draft->head();
        head.enabled = on;
        m_draft->editHead(on ? tr("switch chain on") : tr("switch chain off"), head);
    });
    connect(m_names, &NameChips::idEdited, this, &ChainHeader::onIdEdited);
    connect(m_names, &NameChips::aliasesEdited, this, [this](const std::vector<std::string> &aliases) {
        auto head = m_draft->head();
        head.aliases = aliases;
        m_draft->editHead(tr("change model names"), head);
    });
}

void ChainHeader::onIdEdited(const QString &id)
{
    auto head = m_draft->head();
    head.id = models::idFromName(id);
    if (!head.id.empty()) {
        m_draft->editHead(tr("rename chain"), head);
    }
}

void ChainHeader::setDraft(models::ChainDraft *draft)
{
    if (m_draft != draft) {
        if (m_draft) {
            m_draft->disconnect(this);
        }
        m_draft = draft;
        if (draft) {
            connect(draft, &models::ChainDraft::stateChanged, this, &ChainHeader::load);
            connect(draft, &models::ChainDraft::headEdited, this, &ChainHeader::load);
        }
    }
    load();
}

void ChainHeader::setApplying(bool applying)
{
    m_applying = applying;
    load();
}

void ChainHeader::setLint(const QString &text)
{
    m_lint->setText(text);
    m_lint->setVisible(!text.isEmpty());
    auto colors = m_lint->palette();
    colors.setColor(QPalette::WindowText, theme::ink(theme::Tone::Caution, palette()));
    m_lint->setPalette(colors);
}

void ChainHeader::setRules(const QString &text)
{
    m_rules->setText(text);
    m_rules->setVisible(!text.isEmpty());
}

void ChainHeader::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        setLint(m_lint->text()); // its colour is not the palette's
    }
}

void ChainHeader::editId()
{
    m_names->edit(-1);
}

void ChainHeader::load()
{
    if (!m_draft) {
        return;
    }
    const auto &applied = m_draft->applied();
    m_title->setText(bridge::text(m_draft->head().id));
    m_enabled->setChecked(m_draft->head().enabled);
    m_apply->setText(tr("Apply as v%1").arg(m_draft->nextVersion()));
    m_apply->setEnabled(m_draft->isChanged() && !m_applying);
    m_discard->setEnabled(applied && (m_draft->isChanged() || m_draft->changedOutside()) && !m_applying);
    m_names->setChain(m_draft->head());
}

} // namespace signalbox::chains
