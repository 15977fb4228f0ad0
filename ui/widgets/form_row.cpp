// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/form_row.h"

#include <QGridLayout>
#include <QLabel>

#include "ui/widgets/labels.h"

namespace signalbox::widgets {

FormRow::FormRow(const QString &label, QWidget *field, QWidget *parent)
    : QWidget(parent),
      m_label(makeMutedLabel(label)),
      m_field(field),
      m_note(makeMutedLabel(QString(), theme::TextSize::Small))
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    grid->addWidget(m_label, 0, 0);
    grid->addWidget(m_field, 0, 1);
    grid->addWidget(m_note, 1, 1);
    m_note->setWordWrap(true);
    m_label->setBuddy(m_field);
    if (m_field->accessibleName().isEmpty()) {
        m_field->setAccessibleName(label);
    }
    setLabelWidth(130);
    showNote();
}

void FormRow::setHint(const QString &hint)
{
    m_hint = hint;
    showNote();
}

void FormRow::setMistake(const QString &mistake)
{
    m_mistake = mistake;
    showNote();
}

void FormRow::setLabelWidth(int width)
{
    m_label->setMinimumWidth(width);
}

void FormRow::showNote()
{
    const bool wrong = !m_mistake.isEmpty();
    m_note->setText(wrong ? m_mistake : m_hint);
    // BrightText is the danger colour of our palette.
    m_note->setForegroundRole(wrong ? QPalette::BrightText : QPalette::PlaceholderText);
    m_note->setVisible(!m_note->text().isEmpty());
    m_field->setAccessibleDescription(m_note->text());
}

} // namespace signalbox::widgets
