// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QObject>

namespace signalbox::upstream {

/// Something that wants to be called from the event loop instead of from inside a call.
class TurnTaker
{
public:
    virtual ~TurnTaker() = default;
    virtual void onTurn() = 0;
};

/// Gives every taker who asked its turn when the event loop comes round, with one posted event for all of
/// them. A taker that goes away must cancel. Engine thread.
class NextTurn final : public QObject
{
    Q_OBJECT

public:
    void ask(TurnTaker &taker);
    void cancel(TurnTaker &taker);

protected:
    bool event(QEvent *event) override;

private:
    std::vector<TurnTaker *> m_waiting;
    std::vector<TurnTaker *> m_served; ///< those of the turn that runs; cancelled ones are null
};

} // namespace signalbox::upstream
