// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/next_turn.h"

#include <algorithm>
#include <utility>

#include <QCoreApplication>
#include <QEvent>

namespace signalbox::upstream {

void NextTurn::ask(TurnTaker &taker)
{
    if (m_waiting.empty()) {
        QCoreApplication::postEvent(this, new QEvent(QEvent::User));
    }
    m_waiting.push_back(&taker);
}

void NextTurn::cancel(TurnTaker &taker)
{
    // Not erased: an empty list means that no event is under way.
    std::ranges::replace(m_waiting, &taker, nullptr);
    std::ranges::replace(m_served, &taker, nullptr);
}

bool NextTurn::event(QEvent *event)
{
    if (event->type() != QEvent::User) {
        return QObject::event(event);
    }
    m_served.clear();
    m_served.swap(m_waiting);
    for (std::size_t i = 0; i < m_served.size(); ++i) {
        if (TurnTaker *taker = std::exchange(m_served[i], nullptr)) {
            taker->onTurn();
        }
    }
    return true;
}

} // namespace signalbox::upstream
