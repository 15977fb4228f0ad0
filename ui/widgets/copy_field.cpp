// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/copy_field.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QLineEdit>
#include <QStyleOption>
#include <QTimer>

#include "ui/theme/fonts.h"
#include "ui/theme/style_controls.h"
#include "ui/widgets/buttons.h"

namespace signalbox::widgets {

CopyField::CopyField(const QString &name, const QString &text, QWidget *parent)
    : QWidget(parent),
      m_edit(new QLineEdit),
      m_button(makeButton(tr("Copy"), ButtonKind::Flat)),
      m_backAgain(new QTimer(this))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(9, 1, 1, 1);
    row->setSpacing(2);
    row->addWidget(m_edit, 1);
    row->addWidget(m_button);
    m_edit->setReadOnly(true);
    m_edit->setFrame(false);
    m_edit->installEventFilter(this);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_edit->setFont(theme::monoFont());
    m_edit->setAccessibleName(name);
    m_button->setAccessibleName(tr("Copy %1").arg(name));
    // "Copied" is the longer word: the button must not jump when it says so.
    m_button->setMinimumWidth(m_button->fontMetrics().horizontalAdvance(tr("Copied")) + 24);
    m_backAgain->setSingleShot(true);
    m_backAgain->setInterval(1500);
    connect(m_backAgain, &QTimer::timeout, this, [this] { m_button->setText(tr("Copy")); });
    connect(m_button, &QPushButton::clicked, this, &CopyField::copy);
    setText(text);
}

QString CopyField::text() const
{
    return m_edit->text();
}

void CopyField::setText(const QString &text)
{
    m_edit->setText(text);
    m_edit->setCursorPosition(0);
    m_button->setEnabled(!text.isEmpty());
    fitWidth();
}

void CopyField::fitWidth()
{
    const int wanted = m_edit->fontMetrics().horizontalAdvance(m_edit->text()) + 8;
    m_edit->setMinimumWidth(std::min(wanted, 420));
}

// One frame round text and button: they are one thing.
void CopyField::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    option.state.setFlag(QStyle::State_HasFocus, m_edit->hasFocus());
    theme::controls::field(painter, option);
}

bool CopyField::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
        update();
    }
    return QWidget::eventFilter(watched, event);
}

void CopyField::copy()
{
    QGuiApplication::clipboard()->setText(m_edit->text());
    m_button->setText(tr("Copied"));
    m_backAgain->start();
}

} // namespace signalbox::widgets
