// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/engine/snapshot.h"
#include "ui/widgets/card.h"

class QGridLayout;
class QPushButton;

namespace signalbox::widgets {
class StatusPill;
}

namespace signalbox::providers {

/// What is done to a provider by hand. An empty model means all of them.
struct SteeringOrder {
    enum class Kind : std::uint8_t { Pause, Resume, Reset, HoldOpen };
    Kind kind = Kind::Pause;
    std::string model;
};

/// A line for the provider and one per model that has been tried: how its breaker is, and buttons to pause,
/// reset and hold it open. Decides nothing: what is wanted goes to the page. Owned by the provider's detail.
class SteeringCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit SteeringCard(QWidget *parent = nullptr);
    /// Null: hidden.
    void show(const engine::ProviderHealth *health);
    using QWidget::show;

Q_SIGNALS:
    void wanted(const signalbox::providers::SteeringOrder &order);

private:
    struct Line {
        std::string model;
        widgets::StatusPill *pill;
        QPushButton *pause;
        QPushButton *hold; ///< none for the provider as a whole
        bool paused = false;
    };
    void rebuild(const engine::ProviderHealth &health);
    void addLine(const std::string &model);
    void fill(std::size_t line, const engine::BreakerView &breaker);

    std::string m_provider;
    QGridLayout *m_grid;
    std::vector<Line> m_lines; ///< the first is the provider's
};

} // namespace signalbox::providers
