// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clients/snippet_card.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>

#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/labels.h"

namespace signalbox::clients {

namespace {
QString say(const char *text)
{
    return *text ? QCoreApplication::translate("Tool", text) : QString();
}
} // namespace

SnippetCard::SnippetCard(QWidget *parent)
    : Card(tr("Connect a tool"), parent),
      m_tools(new QComboBox),
      m_where(widgets::makeMutedLabel(QString())),
      m_code(new QPlainTextEdit),
      m_note(widgets::makeProse(QString())),
      m_copy(widgets::makeButton(tr("Copy"))),
      m_backAgain(new QTimer(this))
{
    for (const auto &tool : tools()) {
        m_tools->addItem(say(tool.name), QString::fromLatin1(tool.id));
    }
    m_tools->setAccessibleName(tr("Tool"));
    m_code->setReadOnly(true);
    m_code->setLayoutDirection(Qt::LeftToRight);
    m_code->setFont(theme::monoFont());
    m_code->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_code->setAccessibleName(tr("Snippet"));
    m_code->setTabChangesFocus(true);
    m_code->document()->setDocumentMargin(8);
    m_code->setFrameShape(QFrame::NoFrame);
    m_code->viewport()->setBackgroundRole(QPalette::Window);
    m_copy->setAccessibleName(tr("Copy snippet"));
    m_copy->setToolTip(tr("Copies it with the real token"));
    m_copy->setMinimumWidth(m_copy->fontMetrics().horizontalAdvance(tr("Copied")) + 24);
    m_backAgain->setSingleShot(true);
    m_backAgain->setInterval(1500);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_tools);
    row->addWidget(m_where, 1);
    row->addWidget(m_copy);
    body()->addLayout(row);
    body()->addWidget(m_note);
    body()->addWidget(m_code);
    connect(m_tools, &QComboBox::currentIndexChanged, this, &SnippetCard::load);
    connect(m_copy, &QPushButton::clicked, this, &SnippetCard::copyRequested);
    connect(m_backAgain, &QTimer::timeout, this, [this] { m_copy->setText(tr("Copy")); });
    load();
}

const ToolSnippet &SnippetCard::tool() const
{
    return tools()[static_cast<std::size_t>(m_tools->currentIndex())];
}

QString SnippetCard::shown() const
{
    return m_code->toPlainText();
}

void SnippetCard::setValues(const SnippetValues &values)
{
    m_values = values;
    load();
}

void SnippetCard::chooseTool(const QString &toolId)
{
    if (const int row = m_tools->findData(toolId); row >= 0) {
        m_tools->setCurrentIndex(row);
    }
}

void SnippetCard::sayCopied()
{
    m_copy->setText(tr("Copied"));
    m_backAgain->start();
}

void SnippetCard::changeEvent(QEvent *event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        load(); // the note's colour is not the palette's
    }
}

void SnippetCard::load()
{
    const auto &now = tool();
    m_where->setText(say(now.where));
    m_note->setText(say(now.note));
    m_note->setVisible(*now.note != '\0');
    auto colors = m_note->palette();
    colors.setColor(QPalette::WindowText, now.served ? theme::color(theme::Role::Muted, palette())
                                                     : theme::ink(theme::Tone::Caution, palette()));
    m_note->setPalette(colors);
    m_code->setVisible(now.served);
    m_copy->setVisible(now.served);
    const auto text = filled(now, m_values);
    if (text != m_code->toPlainText()) {
        m_code->setPlainText(text);
    }
    const QFontMetrics metrics(m_code->font());
    const auto lines = static_cast<int>(text.count(u'\n')) + 1;
    m_code->setFixedHeight(lines * metrics.lineSpacing() + 36); // room for the scroll bar below
}

} // namespace signalbox::clients
