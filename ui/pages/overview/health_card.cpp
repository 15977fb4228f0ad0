// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/health_card.h"

#include <QGridLayout>
#include <QPainter>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"
#include "ui/charts/health_timeline.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/labels.h"

namespace signalbox::overview {

using charts::Health;
using widgets::makeLabel;

namespace {

constexpr int kEvidenceLines = 5;

std::vector<Health> minutesOf(const std::string &provider, const engine::Snapshot &snapshot)
{
    std::vector<Health> minutes;
    for (const metrics::TrafficMinute &minute : snapshot.minutes) {
        Health health = Health::NoTraffic;
        for (const auto &by : minute.providers) {
            if (by.provider != provider) {
                continue;
            }
            if (by.failed > 0) {
                health = by.failed > by.answered ? Health::Failing : Health::SomeFailures;
            } else if (by.open) {
                health = Health::Skipped;
            } else if (by.answered > 0) {
                health = Health::Answering;
            }
        }
        minutes.push_back(health);
    }
    return minutes;
}

} // namespace

HealthCard::HealthCard(const shell::PageContext &context, QWidget *parent)
    : Card(parent), m_bridge(context.bridge), m_grid(new QGridLayout)
{
    setTitle(tr("Provider health"), tr("last hour"));
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(0);
    m_grid->setColumnStretch(1, 1);
    body()->addLayout(m_grid);
    auto *legend = new charts::Legend;
    legend->setEntries(charts::healthLegend());
    body()->addWidget(legend);
}

void HealthCard::show(const engine::Snapshot &snapshot)
{
    const auto same = [](const Line &line, const engine::ProviderHealth &health) {
        return line.provider == health.provider;
    };
    if (!std::ranges::equal(m_lines, snapshot.providers, same)) {
        rebuild(snapshot);
    }
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        fill(m_lines[i], snapshot.providers[i], snapshot);
    }
}

void HealthCard::rebuild(const engine::Snapshot &snapshot)
{
    for (const Line &line : m_lines) {
        for (QWidget *widget : {static_cast<QWidget *>(line.name), static_cast<QWidget *>(line.timeline),
                                static_cast<QWidget *>(line.pill), static_cast<QWidget *>(line.p95),
                                static_cast<QWidget *>(line.errors), static_cast<QWidget *>(line.spend),
                                static_cast<QWidget *>(line.why), static_cast<QWidget *>(line.evidence)}) {
            delete widget;
        }
    }
    m_lines.clear();
    for (const engine::ProviderHealth &health : snapshot.providers) {
        m_lines.push_back(makeLine(static_cast<int>(m_lines.size()) * 2, health.provider));
    }
}

HealthCard::Line HealthCard::makeLine(int row, const std::string &provider)
{
    Line line{provider,
              new widgets::ElidedLabel,
              new charts::HealthTimeline,
              new widgets::StatusPill,
              widgets::makeMutedLabel({}),
              widgets::makeMutedLabel({}),
              makeLabel({}),
              widgets::makeButton(tr("Why?"), widgets::ButtonKind::Link),
              widgets::makeProse({})};
    line.name->setFont(theme::font(theme::TextSize::Body, theme::Weight::Strong));
    line.name->setMinimumWidth(96);
    line.name->setMaximumWidth(200);
    line.why->setCheckable(true);
    line.evidence->setForegroundRole(QPalette::PlaceholderText);
    line.evidence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    line.evidence->setContentsMargins(0, 0, 0, 8);
    line.evidence->hide();
    connect(line.why, &QPushButton::toggled, line.evidence, &QLabel::setVisible);
    int column = 0;
    for (QWidget *widget : {static_cast<QWidget *>(line.name), static_cast<QWidget *>(line.timeline),
                            static_cast<QWidget *>(line.pill), static_cast<QWidget *>(line.p95),
                            static_cast<QWidget *>(line.errors), static_cast<QWidget *>(line.spend),
                            static_cast<QWidget *>(line.why)}) {
        const bool number = column >= 3 && column <= 5;
        m_grid->addWidget(widget, row, column++,
                          number ? Qt::AlignRight | Qt::AlignVCenter : Qt::Alignment());
    }
    m_grid->addWidget(line.evidence, row + 1, 0, 1, column);
    m_grid->setRowMinimumHeight(row, fontMetrics().height() + 14);
    return line;
}

void HealthCard::fill(Line &line, const engine::ProviderHealth &health, const engine::Snapshot &snapshot)
{
    const QString name = m_bridge.providerName(health.provider);
    line.name->setText(name);
    line.timeline->setAccessibleName(tr("%1, last hour").arg(name));
    line.timeline->setMinutes(minutesOf(health.provider, snapshot));
    line.pill->setLook(bridge::healthLook(health));
    line.p95->setText(tr("p95 %1").arg(bridge::formatDuration(health.firstTokenP95)));
    line.p95->setToolTip(tr("95 of 100 answers began within this time"));
    line.errors->setText(bridge::formatShare(health.failures, health.attempts));
    line.errors->setToolTip(
        tr("%1 of %2 attempts failed in the last hour")
            .arg(bridge::formatCount(health.failures), bridge::formatCount(health.attempts)));
    const QString spend = bridge::formatSpend(health.spendToday);
    line.spend->setText(health.unpricedToday ? tr("%1 + ?").arg(spend) : spend);
    line.spend->setToolTip(health.unpricedToday
                               ? tr("Today; excludes %1 attempts without a price").arg(health.unpricedToday)
                               : tr("Today"));
    line.why->setAccessibleName(tr("Why is %1 %2?").arg(name, bridge::healthLook(health).word));
    if (line.why->isChecked() || line.evidence->text().isEmpty()) {
        line.evidence->setText(evidence(health, snapshot));
    }
}

QString HealthCard::evidence(const engine::ProviderHealth &health, const engine::Snapshot &snapshot) const
{
    QStringList lines;
    for (const engine::BreakerView &breaker : health.breakers) {
        lines << tr("%1: %2, %3 failures in a row")
                     .arg(bridge::text(breaker.model),
                          bridge::breakerLook(breaker.state, breaker.cause, breaker.until).word)
                     .arg(breaker.failuresInRow);
    }
    int failures = 0;
    for (const engine::FeedEntry &entry : snapshot.feed) {
        const auto *attempt = std::get_if<events::AttemptEnded>(&entry.event);
        if (attempt && attempt->provider == health.provider && failures++ < kEvidenceLines) {
            const QString why =
                attempt->detail.empty() ? bridge::word(attempt->outcome) : bridge::text(attempt->detail);
            lines << tr("%1  %2: %3").arg(bridge::formatTime(attempt->at), bridge::text(attempt->model), why);
        }
    }
    if (lines.isEmpty()) {
        lines << (health.attempts
                      ? tr("%1 of %2 attempts of the last hour were answered; every breaker is closed.")
                            .arg(bridge::formatCount(health.attempts - health.failures),
                                 bridge::formatCount(health.attempts))
                      : tr("No request has gone to this provider in the last hour."));
    }
    return lines.join(QLatin1Char('\n'));
}

void HealthCard::paintEvent(QPaintEvent *event)
{
    Card::paintEvent(event);
    QPainter painter(this);
    painter.setPen(theme::color(theme::Role::Border, palette()));
    for (const Line &line : m_lines) {
        const int y = line.name->y(); // it fills its cell
        painter.drawLine(14, y, width() - 15, y);
    }
}

} // namespace signalbox::overview
