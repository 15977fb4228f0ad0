// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include <QWidget>

#include "ui/charts/legend.h"

namespace signalbox::charts {

/// What a provider was like in one minute. Each is drawn in its own height and line, not by colour alone.
enum class Health : std::uint8_t { NoTraffic, Answering, SomeFailures, Failing, Skipped };

/// The last hour of a provider as a bar of minutes, oldest at the left.
class HealthTimeline : public QWidget
{
    Q_OBJECT

public:
    explicit HealthTimeline(QWidget *parent = nullptr);
    void setMinutes(std::vector<Health> minutes);
    QSize sizeHint() const override { return {360, 20}; }
    QSize minimumSizeHint() const override { return {80, 20}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<Health> m_minutes;
};

std::vector<LegendEntry> healthLegend();

} // namespace signalbox::charts
