// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"
#include "ui/widgets/card.h"

class QLabel;
class QPushButton;
class QGridLayout;

namespace signalbox::providers {

/// A provider's test: each step with its time as it ends, then what was found. Hidden until a test has begun.
/// Owned by the provider's detail.
class TestCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit TestCard(QWidget *parent = nullptr);

    void begin();
    void add(const engine::TestStep &step);
    void finish(const base::Result<engine::TestReport> &report);
    void reset();
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void modelsWanted(const std::vector<std::string> &models); ///< to be suggested in chains

private:
    void clearSteps();

    bool m_running = false;
    std::size_t m_count = 0;
    std::vector<std::string> m_models;
    QGridLayout *m_steps;
    QLabel *m_summary;
    QPushButton *m_keepModels;
};

} // namespace signalbox::providers
