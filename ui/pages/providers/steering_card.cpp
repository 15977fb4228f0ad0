// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/steering_card.h"

#include <QGridLayout>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::providers {

using Kind = SteeringOrder::Kind;
using theme::Mark;
using theme::Tone;

SteeringCard::SteeringCard(QWidget *parent) : Card(tr("By hand"), parent), m_grid(new QGridLayout)
{
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(0, 1);
    body()->addLayout(m_grid);
    hide();
}

void SteeringCard::show(const engine::ProviderHealth *health)
{
    setVisible(health != nullptr);
    if (!health) {
        return;
    }
    bool same = m_provider == health->provider && m_lines.size() == health->breakers.size() + 1;
    for (std::size_t i = 0; same && i < health->breakers.size(); ++i) {
        same = m_lines[i + 1].model == health->breakers[i].model;
    }
    if (!same) {
        rebuild(*health);
    }
    engine::BreakerView all{.provider = health->provider, .state = health->state, .paused = health->paused};
    all.until = health->until;
    all.cause = health->cause;
    fill(0, all);
    for (std::size_t i = 0; i < health->breakers.size(); ++i) {
        fill(i + 1, health->breakers[i]);
    }
}

void SteeringCard::rebuild(const engine::ProviderHealth &health)
{
    while (auto *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_lines.clear();
    m_provider = health.provider;
    addLine({});
    for (const engine::BreakerView &breaker : health.breakers) {
        addLine(breaker.model);
    }
}

void SteeringCard::addLine(const std::string &model)
{
    const int row = static_cast<int>(m_lines.size());
    const QString name = model.empty() ? tr("All models") : bridge::text(model);
    Line line{.model = model,
              .pill = new widgets::StatusPill,
              .pause = widgets::makeButton(QString()),
              .hold = nullptr};
    auto *reset = widgets::makeButton(tr("Reset"));
    reset->setAccessibleName(tr("Reset %1").arg(name));
    reset->setToolTip(tr("Closes the breaker and lets go of what is held open"));
    m_grid->addWidget(new widgets::ElidedLabel(name), row, 0);
    m_grid->addWidget(line.pill, row, 1, Qt::AlignLeft | Qt::AlignVCenter);
    m_grid->addWidget(line.pause, row, 2);
    m_grid->addWidget(reset, row, 3);
    connect(reset, &QPushButton::clicked, this, [this, model] { Q_EMIT wanted({Kind::Reset, model}); });
    connect(line.pause, &QPushButton::clicked, this, [this, row] {
        const Line &one = m_lines[static_cast<std::size_t>(row)];
        Q_EMIT wanted({one.paused ? Kind::Resume : Kind::Pause, one.model});
    });
    if (!model.empty()) {
        line.hold = widgets::makeButton(tr("Hold open"));
        line.hold->setAccessibleName(tr("Hold %1 open").arg(name));
        line.hold->setToolTip(tr("Chains skip it until you reset it"));
        m_grid->addWidget(line.hold, row, 4);
        connect(line.hold, &QPushButton::clicked, this,
                [this, model] { Q_EMIT wanted({Kind::HoldOpen, model}); });
    }
    m_lines.push_back(line);
}

void SteeringCard::fill(std::size_t index, const engine::BreakerView &breaker)
{
    Line &line = m_lines[index];
    line.paused = breaker.paused;
    const QString name = line.model.empty() ? tr("All models") : bridge::text(line.model);
    if (breaker.paused) {
        line.pill->setLook({Tone::Off, Mark::Ring, tr("Paused by hand")});
        line.pill->setToolTip(tr("Chains skip it until you resume it, also after a restart"));
    } else if (breaker.forced) {
        line.pill->setLook({Tone::Caution, Mark::Square, tr("Held open")});
        line.pill->setToolTip(tr("Held open by hand: chains skip it until you reset it"));
    } else {
        line.pill->setLook(bridge::breakerLook(breaker.state, breaker.cause, breaker.until));
        line.pill->setToolTip({});
    }
    line.pause->setText(breaker.paused ? tr("Resume") : tr("Pause"));
    line.pause->setAccessibleName((breaker.paused ? tr("Resume %1") : tr("Pause %1")).arg(name));
    if (line.hold) {
        line.hold->setEnabled(!breaker.forced);
    }
}

} // namespace signalbox::providers
