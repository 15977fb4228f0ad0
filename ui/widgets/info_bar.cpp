// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/info_bar.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPainter>

#include "ui/theme/glyphs.h"
#include "ui/theme/style_controls.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/labels.h"

namespace signalbox::widgets {

InfoBar::InfoBar(theme::Tone tone, const QString &text, QWidget *parent)
    : QWidget(parent), m_tone(tone), m_text(makeProse(text)), m_row(new QHBoxLayout(this))
{
    m_row->setContentsMargins(36, 6, 8, 6);
    m_row->setSpacing(8);
    m_row->addWidget(m_text, 1);
    QPushButton *dismiss = makeIconButton(theme::Glyph::Close, tr("Dismiss"));
    m_row->addWidget(dismiss);
    connect(dismiss, &QPushButton::clicked, this, &InfoBar::dismissed);
    setAccessibleName(text);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QString InfoBar::text() const
{
    return m_text->text();
}

void InfoBar::setText(const QString &text)
{
    m_text->setText(text);
    setAccessibleName(text);
}

void InfoBar::setAction(const QString &label, std::function<void()> action)
{
    delete m_action;
    QPushButton *button = makeButton(label);
    m_action = button;
    m_row->insertWidget(1, button);
    connect(button, &QPushButton::clicked, this, [action = std::move(action)] { action(); });
}

void InfoBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme::ink(m_tone, palette()));
    painter.setBrush(theme::wash(m_tone, palette()));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme::controls::kControlRadius,
                            theme::controls::kControlRadius);
    const bool bad = m_tone == theme::Tone::Danger || m_tone == theme::Tone::Caution;
    theme::paintGlyph(painter, bad ? theme::Glyph::Warning : theme::Glyph::Info,
                      QRectF(12, height() / 2.0 - 8, 16, 16), theme::ink(m_tone, palette()));
}

} // namespace signalbox::widgets
