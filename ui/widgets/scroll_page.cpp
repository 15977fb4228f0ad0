// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/scroll_page.h"

#include <QVBoxLayout>

namespace signalbox::widgets {

ScrollPage::ScrollPage(QWidget *parent) : QScrollArea(parent)
{
    auto *ground = new QWidget;
    m_column = new QVBoxLayout(ground);
    m_column->setContentsMargins(16, 14, 16, 16);
    m_column->setSpacing(12);
    setWidget(ground);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
}

} // namespace signalbox::widgets
