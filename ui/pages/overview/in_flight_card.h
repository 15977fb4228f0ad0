// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "ui/shell/page.h"
#include "ui/widgets/card.h"

class QLabel;

namespace signalbox::engine {
struct Snapshot;
}
namespace signalbox::metrics {
struct InFlight;
}

namespace signalbox::overview {

/// Requests that are running, each with Cancel. A row lives as long as its request, so that the button under
/// the pointer does not change its meaning.
class InFlightCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit InFlightCard(const shell::PageContext &context, QWidget *parent = nullptr);
    void show(const engine::Snapshot &snapshot);
    using QWidget::show;

private:
    class Row;

    engine::Engine &m_engine;
    bridge::EngineBridge &m_bridge;
    std::map<std::string, Row *> m_rows;
    QLabel *m_note;
};

} // namespace signalbox::overview
