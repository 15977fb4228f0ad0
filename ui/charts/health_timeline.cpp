// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/health_timeline.h"

#include <array>

#include <QPainter>

#include "ui/theme/colors.h"

namespace signalbox::charts {

using theme::Role;

namespace {

constexpr std::array kAll{Health::Answering, Health::SomeFailures, Health::Failing, Health::Skipped,
                          Health::NoTraffic};

QString word(Health health)
{
    switch (health) {
    case Health::NoTraffic:
        return HealthTimeline::tr("no traffic");
    case Health::Answering:
        return HealthTimeline::tr("answering");
    case Health::SomeFailures:
        return HealthTimeline::tr("some failures");
    case Health::Failing:
        return HealthTimeline::tr("failing");
    case Health::Skipped:
        return HealthTimeline::tr("skipped (breaker open)");
    }
    return {};
}

void paintSpan(QPainter &painter, Health health, double left, double right, double middle,
               const QPalette &palette)
{
    const auto bar = [&](double height, Role role) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::color(role, palette));
        painter.drawRoundedRect(QRectF(left, middle - height / 2, right - left, height), 1, 1);
    };
    switch (health) {
    case Health::Answering:
        bar(6, Role::Ok);
        break;
    case Health::SomeFailures:
        bar(10, Role::Caution);
        break;
    case Health::Failing:
        bar(16, Role::Danger);
        break;
    case Health::Skipped: {
        QPen pen(theme::color(Role::Danger, palette), 1, Qt::CustomDashLine);
        pen.setDashPattern({3, 2});
        painter.setPen(pen);
        painter.setBrush(theme::color(Role::DangerWeak, palette));
        painter.drawRect(QRectF(left + 0.5, middle - 7.5, std::max(1.0, right - left - 1), 15));
        break;
    }
    case Health::NoTraffic:
        painter.setPen(QPen(theme::color(Role::Off, palette), 1.5, Qt::DotLine));
        painter.drawLine(QPointF(left, middle), QPointF(right, middle));
        break;
    }
}

} // namespace

HealthTimeline::HealthTimeline(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void HealthTimeline::setMinutes(std::vector<Health> minutes)
{
    if (minutes == m_minutes) {
        return;
    }
    m_minutes = std::move(minutes);
    QStringList parts;
    for (const Health health : kAll) {
        if (const auto count = std::ranges::count(m_minutes, health); count > 0) {
            parts << tr("%1 for %2 min").arg(word(health)).arg(count);
        }
    }
    setAccessibleDescription(parts.join(QStringLiteral(", ")));
    setToolTip(parts.join(QStringLiteral("\n")));
    update();
}

void HealthTimeline::paintEvent(QPaintEvent *)
{
    if (m_minutes.empty()) {
        return;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double each = static_cast<double>(width()) / static_cast<double>(m_minutes.size());
    std::size_t from = 0;
    for (std::size_t i = 1; i <= m_minutes.size(); ++i) {
        if (i == m_minutes.size() || m_minutes[i] != m_minutes[from]) {
            paintSpan(painter, m_minutes[from], static_cast<double>(from) * each,
                      static_cast<double>(i) * each, height() / 2.0, palette());
            from = i;
        }
    }
}

std::vector<LegendEntry> healthLegend()
{
    std::vector<LegendEntry> entries;
    for (const Health health : kAll) {
        entries.push_back(
            {word(health), [health](QPainter &painter, const QRectF &rect, const QPalette &palette) {
                 painter.save();
                 painter.setRenderHint(QPainter::Antialiasing);
                 paintSpan(painter, health, rect.left(), rect.right(), rect.center().y(), palette);
                 painter.restore();
             }});
    }
    return entries;
}

} // namespace signalbox::charts
