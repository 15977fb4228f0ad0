// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/empty_state.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPainter>

#include "ui/theme/colors.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/labels.h"

namespace signalbox::widgets {

namespace {

class GlyphView final : public QWidget
{
public:
    explicit GlyphView(theme::Glyph glyph) : m_glyph(glyph) { setFixedSize(40, 40); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        theme::paintGlyph(painter, m_glyph, rect(), theme::color(theme::Role::Muted, palette()));
    }

private:
    theme::Glyph m_glyph;
};

} // namespace

EmptyState::EmptyState(theme::Glyph glyph, const QString &sentence, QWidget *parent)
    : QWidget(parent), m_sentence(makeProse(sentence)), m_buttons(new QHBoxLayout)
{
    auto *column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->addStretch(1);
    column->addWidget(new GlyphView(glyph), 0, Qt::AlignHCenter);
    m_sentence->setAlignment(Qt::AlignHCenter);
    m_sentence->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_sentence);
    m_buttons->addStretch(1);
    m_buttons->addStretch(1);
    column->addLayout(m_buttons);
    column->addStretch(1);
    setAccessibleName(sentence);
}

void EmptyState::setSentence(const QString &sentence)
{
    m_sentence->setText(sentence);
    setAccessibleName(sentence);
}

QPushButton *EmptyState::addPrimary(const QString &text)
{
    QPushButton *button = makeButton(text, ButtonKind::Primary);
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    return button;
}

QPushButton *EmptyState::addLink(const QString &text)
{
    QPushButton *button = makeButton(text, ButtonKind::Link);
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    return button;
}

} // namespace signalbox::widgets
