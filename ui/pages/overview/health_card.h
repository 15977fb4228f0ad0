// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"
#include "ui/widgets/card.h"

class QGridLayout;
class QLabel;
class QPushButton;

namespace signalbox::engine {
struct ProviderHealth;
struct Snapshot;
} // namespace signalbox::engine
namespace signalbox::charts {
class HealthTimeline;
}
namespace signalbox::widgets {
class ElidedLabel;
class StatusPill;
} // namespace signalbox::widgets

namespace signalbox::overview {

/// A line per provider: its last hour, how it is now, how fast, how often it failed, what it cost, and on
/// demand the evidence for the word it is given.
class HealthCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit HealthCard(const shell::PageContext &context, QWidget *parent = nullptr);
    void show(const engine::Snapshot &snapshot);
    using QWidget::show;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Line {
        std::string provider;
        widgets::ElidedLabel *name;
        charts::HealthTimeline *timeline;
        widgets::StatusPill *pill;
        QLabel *p95;
        QLabel *errors;
        QLabel *spend;
        QPushButton *why;
        QLabel *evidence;
    };
    void rebuild(const engine::Snapshot &snapshot);
    Line makeLine(int row, const std::string &provider);
    void fill(Line &line, const engine::ProviderHealth &health, const engine::Snapshot &snapshot);
    QString evidence(const engine::ProviderHealth &health, const engine::Snapshot &snapshot) const;

    bridge::EngineBridge &m_bridge;
    QGridLayout *m_grid;
    std::vector<Line> m_lines;
};

} // namespace signalbox::overview
