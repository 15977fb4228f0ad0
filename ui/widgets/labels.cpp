// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/labels.h"

namespace signalbox::widgets {

using theme::TextSize;
using theme::Weight;

QLabel *makeLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLabel *makeStrongLabel(const QString &text, QWidget *parent)
{
    QLabel *label = makeLabel(text, parent);
    label->setFont(theme::font(TextSize::Body, Weight::Strong));
    return label;
}

QLabel *makeMutedLabel(const QString &text, TextSize size, QWidget *parent)
{
    QLabel *label = makeLabel(text, parent);
    label->setFont(theme::font(size));
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel *makeTitle(const QString &text, QWidget *parent)
{
    QLabel *label = makeLabel(text, parent);
    label->setFont(theme::font(TextSize::Title, Weight::Strong));
    return label;
}

QLabel *makeMonoLabel(const QString &text, QWidget *parent)
{
    QLabel *label = makeLabel(text, parent);
    label->setFont(theme::monoFont());
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QLabel *makeProse(const QString &text, QWidget *parent)
{
    QLabel *label = makeLabel(text, parent);
    label->setWordWrap(true);
    return label;
}

} // namespace signalbox::widgets
