// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_draft.h"

#include <algorithm>
#include <cstdlib>

#include "ui/models/chain_commands.h"

namespace signalbox::models {

namespace {
/// As if both had the same version: the version says when a chain was applied, not what it is.
bool sameChain(config::ChainConfig a, const config::ChainConfig &b)
{
    a.version = b.version;
    return a == b;
}

constexpr int kSeriesMs = 1'000;
} // namespace

ChainDraft::ChainDraft(std::optional<config::ChainConfig> applied, config::ChainConfig start, QObject *parent)
    : QObject(parent), m_applied(std::move(applied))
{
    load(start);
    m_seriesEnd.setSingleShot(true);
    m_seriesEnd.setInterval(kSeriesMs);
    connect(&m_seriesEnd, &QTimer::timeout, this, [this] { ++m_series; });
    connect(&m_undo, &QUndoStack::indexChanged, this, &ChainDraft::stateChanged);
    connect(&m_undo, &QUndoStack::cleanChanged, this, &ChainDraft::stateChanged);
}

void ChainDraft::load(const config::ChainConfig &chain)
{
    m_head = chain;
    m_head.steps.clear();
    m_steps.clear();
    for (const auto &step : chain.steps) {
        m_steps.push_back({m_nextKey++, step});
    }
}

config::ChainConfig ChainDraft::chain() const
{
    auto chain = m_head;
    for (const auto &step : m_steps) {
        chain.steps.push_back(step.config);
    }
    return chain;
}

int ChainDraft::rowOf(int key) const
{
    const auto it = std::ranges::find(m_steps, key, &Step::key);
    return it == m_steps.end() ? -1 : static_cast<int>(it - m_steps.begin());
}

int ChainDraft::nextVersion() const
{
    const int now = m_outside ? m_outside->version : m_applied ? m_applied->version : 0;
    return now + 1;
}

bool ChainDraft::isChanged() const
{
    return !m_applied || !sameChain(chain(), *m_applied);
}

int ChainDraft::changeCount() const
{
    if (!isChanged()) {
        return 0;
    }
    const int clean = m_undo.cleanIndex();
    return std::max(1, clean < 0 ? m_undo.index() : std::abs(m_undo.index() - clean));
}

bool ChainDraft::changedOutside() const
{
    return m_removedOutside || m_outside.has_value();
}

void ChainDraft::moveStep(int from, int to)
{
    if (from != to) {
        m_undo.push(ChainCommands::move(*this, from, to));
    }
}

int ChainDraft::addStep(int row, config::StepConfig step)
{
    const int key = m_nextKey++;
    m_undo.push(ChainCommands::add(*this, row, {key, std::move(step)}));
    return key;
}

void ChainDraft::removeStep(int row)
{
    m_undo.push(ChainCommands::remove(*this, row));
}

void ChainDraft::editStep(int row, StepField field, const config::StepConfig &after)
{
    if (m_steps.at(static_cast<std::size_t>(row)).config == after) {
        return;
    }
    m_undo.push(ChainCommands::edit(*this, row, field, after));
    m_seriesEnd.start();
}

void ChainDraft::editHead(const QString &text, config::ChainConfig after)
{
    after.steps.clear();
    if (after != m_head) {
        m_undo.push(ChainCommands::editHead(*this, text, std::move(after)));
    }
}

void ChainDraft::settle(const config::ChainConfig &chain)
{
    m_applied = chain;
    m_outside.reset();
    m_removedOutside = false;
    m_head.version = chain.version;
    ++m_series;
    m_undo.setClean();
    Q_EMIT stateChanged();
}

void ChainDraft::follow(const std::optional<config::ChainConfig> &inConfig)
{
    if (!inConfig) {
        m_removedOutside = m_applied.has_value();
        Q_EMIT stateChanged();
        return;
    }
    if (m_applied && *inConfig == *m_applied) {
        if (changedOutside()) { // and changed back again
            m_outside.reset();
            m_removedOutside = false;
            Q_EMIT stateChanged();
        }
        return;
    }
    if (sameChain(chain(), *inConfig)) {
        settle(*inConfig);
    } else if (m_applied && !isChanged()) {
        m_outside = *inConfig;
        discard();
    } else {
        m_outside = *inConfig;
        m_removedOutside = false;
        Q_EMIT stateChanged();
    }
}

void ChainDraft::discard()
{
    if (m_outside) {
        m_applied = std::exchange(m_outside, std::nullopt);
    }
    if (!m_applied) {
        return;
    }
    Q_EMIT aboutToReset();
    load(*m_applied);
    m_undo.clear();
    Q_EMIT reset();
    Q_EMIT headEdited();
    Q_EMIT stateChanged();
}

} // namespace signalbox::models
