// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/card.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPainter>

#include "ui/theme/colors.h"
#include "ui/theme/style_controls.h"
#include "ui/widgets/labels.h"

namespace signalbox::widgets {

using theme::Role;

Card::Card(QWidget *parent) : Card(QString(), parent) {}

Card::Card(const QString &title, QWidget *parent)
    : QWidget(parent),
      m_head(new QHBoxLayout),
      m_title(makeStrongLabel(QString())),
      m_note(makeMutedLabel(QString())),
      m_body(new QVBoxLayout)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(8);
    m_head->setSpacing(6);
    m_head->addWidget(m_title);
    m_head->addWidget(m_note);
    m_head->addStretch(1);
    column->addLayout(m_head);
    m_body->setSpacing(8);
    column->addLayout(m_body, 1);
    setTitle(title);
}

void Card::setTitle(const QString &title, const QString &note)
{
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    if (!title.isEmpty()) {
        setAccessibleName(title);
    }
}

void Card::addTitleWidget(QWidget *widget)
{
    m_head->addWidget(widget);
}

void Card::setChosen(bool chosen)
{
    m_chosen = chosen;
    update();
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme::color(m_chosen ? Role::Accent : Role::Border, palette()), m_chosen ? 2 : 1));
    painter.setBrush(theme::color(Role::Surface, palette()));
    const double inset = m_chosen ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset),
                            theme::controls::kCardRadius, theme::controls::kCardRadius);
}

} // namespace signalbox::widgets
