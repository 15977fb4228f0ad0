// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/simulate_form.h"

#include <cmath>

#include <QDoubleSpinBox>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/widgets/form_row.h"
#include "ui/widgets/labels.h"

namespace signalbox::providers {

namespace {
constexpr auto kRefusal = "429";
constexpr int kRowWidth = 46; ///< characters
} // namespace

SimulateForm::SimulateForm(QWidget *parent)
    : QWidget(parent),
      m_firstToken(new QSpinBox),
      m_speed(new QDoubleSpinBox),
      m_length(new QSpinBox),
      m_refused(new QSpinBox)
{
    m_firstToken->setRange(0, 3'600'000);
    m_firstToken->setSingleStep(100);
    m_firstToken->setSuffix(tr(" ms"));
    m_speed->setRange(1, 100'000);
    m_speed->setDecimals(1);
    m_speed->setSingleStep(10);
    m_speed->setSuffix(tr(" tokens/s"));
    m_length->setRange(1, 100'000);
    m_length->setSuffix(tr(" tokens"));
    m_refused->setRange(0, 100);
    m_refused->setSingleStep(5);
    m_refused->setSuffix(tr(" %"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(widgets::makeProse(
        tr("Answers on this computer, without network, key or cost. For trying things out.")));
    const auto add = [&](const QString &label, QWidget *field, const QString &says) {
        auto *row = new widgets::FormRow(label, field);
        row->setToolTip(says);
        row->setMaximumWidth(QFontMetrics(font()).averageCharWidth() * kRowWidth);
        column->addWidget(row);
    };
    add(tr("First token after"), m_firstToken, tr("How long it thinks (providers[].simulate.firstTokenMs)"));
    add(tr("Speed"), m_speed, tr("How fast it writes (providers[].simulate.tokensPerSecond)"));
    add(tr("Answer length"), m_length, tr("How much it writes (providers[].simulate.answerTokens)"));
    add(tr("Refuses with 429"), m_refused,
        tr("Share of requests it answers with 429 Too Many Requests (providers[].simulate.errors)"));
    for (auto *spin : {m_firstToken, m_length, m_refused}) {
        connect(spin, &QSpinBox::valueChanged, this, &SimulateForm::edited);
    }
    connect(m_speed, &QDoubleSpinBox::valueChanged, this, &SimulateForm::edited);
}

void SimulateForm::setBehaviour(const config::SimulateConfig &behaviour)
{
    m_rest = behaviour;
    const QSignalBlocker quiet(this);
    m_firstToken->setValue(static_cast<int>(behaviour.firstToken.count()));
    m_speed->setValue(behaviour.tokensPerSecond);
    m_length->setValue(behaviour.answerTokens);
    const auto refused = behaviour.errors.find(kRefusal);
    m_refused->setValue(
        refused == behaviour.errors.end() ? 0 : static_cast<int>(std::lround(refused->second * 100)));
}

config::SimulateConfig SimulateForm::behaviour() const
{
    auto behaviour = m_rest;
    behaviour.firstToken = config::Ms(m_firstToken->value());
    behaviour.tokensPerSecond = m_speed->value();
    behaviour.answerTokens = m_length->value();
    const auto shown = m_rest.errors.find(kRefusal);
    const int before = shown == m_rest.errors.end() ? 0 : static_cast<int>(std::lround(shown->second * 100));
    if (m_refused->value() != before) { // a share of 0.125 stays what it is until it is edited
        if (m_refused->value() > 0) {
            behaviour.errors[kRefusal] = m_refused->value() / 100.0;
        } else {
            behaviour.errors.erase(kRefusal);
        }
    }
    return behaviour;
}

} // namespace signalbox::providers
