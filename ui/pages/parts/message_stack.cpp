// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/parts/message_stack.h"

#include <algorithm>

#include <QVBoxLayout>

#include "ui/widgets/info_bar.h"

namespace signalbox::parts {

namespace {
constexpr int kShown = 2;
}

MessageStack::MessageStack(QWidget *parent) : QWidget(parent), m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(8);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    arrange();
}

void MessageStack::show(const QString &subject, theme::Tone tone, const QString &text,
                        const QString &actionLabel, std::function<void()> action)
{
    clear(subject);
    auto *bar = new widgets::InfoBar(tone, text);
    m_column->insertWidget(0, bar);
    m_messages.insert(m_messages.begin(), {subject, bar, std::move(action)});
    if (!actionLabel.isEmpty()) {
        bar->setAction(actionLabel, [this, subject] { runAction(subject); });
    }
    connect(bar, &widgets::InfoBar::dismissed, this, [this, subject] { clear(subject); });
    arrange();
}

void MessageStack::clear(const QString &subject)
{
    const auto it = std::ranges::find(m_messages, subject, &Message::subject);
    if (it != m_messages.end()) {
        it->bar->hide();
        it->bar->deleteLater(); // its own button may be what brought us here
        m_messages.erase(it);
        arrange();
    }
}

QString MessageStack::textOf(const QString &subject) const
{
    const auto it = std::ranges::find(m_messages, subject, &Message::subject);
    return it == m_messages.end() ? QString() : it->bar->text();
}

void MessageStack::runAction(const QString &subject)
{
    const auto it = std::ranges::find(m_messages, subject, &Message::subject);
    if (it == m_messages.end()) {
        return;
    }
    const auto action = std::move(it->action);
    clear(subject);
    if (action) {
        action();
    }
}

void MessageStack::arrange()
{
    for (std::size_t i = 0; i < m_messages.size(); ++i) {
        m_messages[i].bar->setVisible(i < kShown);
    }
    setVisible(!m_messages.empty());
}

} // namespace signalbox::parts
