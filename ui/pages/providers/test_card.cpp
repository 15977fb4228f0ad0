// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/test_card.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::providers {

using theme::Mark;
using theme::Tone;

TestCard::TestCard(QWidget *parent)
    : Card(tr("Test"), parent),
      m_steps(new QGridLayout),
      m_summary(widgets::makeProse(QString())),
      m_keepModels(widgets::makeButton(tr("Suggest these models in chains")))
{
    m_steps->setHorizontalSpacing(12);
    m_steps->setVerticalSpacing(6);
    m_steps->setColumnStretch(2, 1);
    body()->addLayout(m_steps);
    body()->addWidget(m_summary);
    body()->addWidget(m_keepModels, 0, Qt::AlignLeft);
    connect(m_keepModels, &QPushButton::clicked, this, [this] {
        m_keepModels->hide();
        Q_EMIT modelsWanted(m_models);
    });
    reset();
}

void TestCard::clearSteps()
{
    while (auto *item = m_steps->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_count = 0;
}

void TestCard::reset()
{
    m_running = false;
    clearSteps();
    hide();
}

void TestCard::begin()
{
    m_running = true;
    clearSteps();
    m_models.clear();
    m_keepModels->hide();
    m_summary->setText(tr("Testing. No prompt is sent."));
    m_summary->show();
    show();
}

void TestCard::add(const engine::TestStep &step)
{
    const auto name = bridge::text(step.name);
    auto *pill = new widgets::StatusPill(step.ok ? widgets::PillLook{Tone::Ok, Mark::Circle, name}
                                                 : widgets::PillLook{Tone::Danger, Mark::Square, name});
    auto *took = widgets::makeLabel(bridge::formatDuration(step.took));
    auto *detail = widgets::makeProse(bridge::text(step.detail));
    pill->setAccessibleDescription(
        QStringList({step.ok ? tr("worked") : tr("failed"), took->text(), detail->text()})
            .join(QStringLiteral(", ")));
    const int row = static_cast<int>(m_count);
    m_steps->addWidget(pill, row, 0);
    m_steps->addWidget(took, row, 1, Qt::AlignRight | Qt::AlignVCenter);
    m_steps->addWidget(detail, row, 2);
    ++m_count;
}

void TestCard::finish(const base::Result<engine::TestReport> &report)
{
    m_running = false;
    if (!report) {
        m_summary->setText(tr("The test could not run: %1").arg(bridge::text(report.error().message)));
        return;
    }
    for (std::size_t i = m_count; i < report->steps.size(); ++i) {
        add(report->steps[i]);
    }
    m_models = report->models;
    const int models = static_cast<int>(m_models.size());
    m_summary->setText(!report->ok   ? tr("The test stopped at the step marked above.")
                       : models == 0 ? tr("Everything worked.")
                       : models == 1 ? tr("Everything worked. It offers 1 model.")
                                     : tr("Everything worked. It offers %n models.", nullptr, models));
    m_keepModels->setVisible(report->ok && models > 0);
}

} // namespace signalbox::providers
