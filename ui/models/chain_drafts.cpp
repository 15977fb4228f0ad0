// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_drafts.h"

#include <algorithm>

#include "ui/bridge/format.h"

namespace signalbox::models {

ChainDrafts::ChainDrafts(QObject *parent) : QAbstractListModel(parent) {}

ChainDrafts::~ChainDrafts() = default;

std::unique_ptr<ChainDraft> ChainDrafts::make(std::optional<config::ChainConfig> applied,
                                              config::ChainConfig start)
{
    auto draft = std::make_unique<ChainDraft>(std::move(applied), std::move(start));
    m_group.addStack(draft->undoStack());
    const auto *raw = draft.get();
    const auto changed = [this, raw] {
        if (const int row = rowOf(raw); row >= 0) {
            Q_EMIT dataChanged(index(row), index(row));
        }
    };
    connect(raw, &ChainDraft::stateChanged, this, changed);
    connect(raw, &ChainDraft::headEdited, this, changed);
    return draft;
}

/// The draft that belongs to a chain of the configuration, out of `from`: the one applied under its id, or
/// the one that was about to be applied under it (a new chain, or a renamed one).
std::unique_ptr<ChainDraft> ChainDrafts::take(Drafts &from, const config::ChainConfig &chain) const
{
    auto it = std::ranges::find_if(from, [&](const auto &draft) {
        return draft && draft->applied() && draft->applied()->id == chain.id;
    });
    if (it == from.end()) {
        it = std::ranges::find_if(from,
                                  [&](const auto &draft) { return draft && draft->head().id == chain.id; });
    }
    return it == from.end() ? nullptr : std::move(*it);
}

void ChainDrafts::follow(const config::Config &config)
{
    std::vector<const ChainDraft *> before;
    for (const auto &draft : m_drafts) {
        before.push_back(draft.get());
    }
    Drafts old = std::move(m_drafts);
    Drafts next;
    for (const auto &chain : config.chains) {
        auto draft = take(old, chain);
        next.push_back(draft ? std::move(draft) : make(chain, chain));
    }
    // What is left is in the configuration no more; only edits are worth keeping.
    const auto kept = static_cast<std::ptrdiff_t>(next.size());
    for (auto &draft : old) {
        if (draft && draft->isChanged()) {
            next.push_back(std::move(draft));
        }
    }
    const bool same = std::ranges::equal(
        before, next, {}, {}, [](const std::unique_ptr<ChainDraft> &draft) { return draft.get(); });
    if (same) {
        m_drafts = std::move(next);
    } else {
        Drafts shown = std::move(next);
        beginResetModel();
        m_drafts = std::move(shown);
        endResetModel();
    }
    for (std::size_t row = 0; row < m_drafts.size(); ++row) {
        const bool inConfig = static_cast<std::ptrdiff_t>(row) < kept;
        m_drafts[row]->follow(inConfig ? std::optional(config.chains[row]) : std::nullopt);
    }
}

ChainDraft *ChainDrafts::draft(int row) const
{
    return row < 0 || row >= rowCount() ? nullptr : m_drafts[static_cast<std::size_t>(row)].get();
}

int ChainDrafts::rowOf(const ChainDraft *draft) const
{
    const auto it = std::ranges::find_if(m_drafts, [&](const auto &one) { return one.get() == draft; });
    return it == m_drafts.end() ? -1 : static_cast<int>(it - m_drafts.begin());
}

int ChainDrafts::rowOf(std::string_view id) const
{
    const auto it = std::ranges::find_if(m_drafts, [&](const auto &one) { return one->head().id == id; });
    return it == m_drafts.end() ? -1 : static_cast<int>(it - m_drafts.begin());
}

ChainDraft *ChainDrafts::addNew(config::ChainConfig start)
{
    const int row = rowCount();
    auto draft = make(std::nullopt, std::move(start));
    beginInsertRows({}, row, row);
    m_drafts.push_back(std::move(draft));
    endInsertRows();
    return m_drafts.back().get();
}

void ChainDrafts::forget(ChainDraft *draft)
{
    const int row = rowOf(draft);
    if (row < 0) {
        return;
    }
    beginRemoveRows({}, row, row);
    const auto gone = std::move(m_drafts[static_cast<std::size_t>(row)]);
    m_drafts.erase(m_drafts.begin() + row);
    endRemoveRows();
}

std::vector<std::string> ChainDrafts::ids() const
{
    std::vector<std::string> ids;
    for (const auto &draft : m_drafts) {
        ids.push_back(draft->head().id);
    }
    return ids;
}

config::Config ChainDrafts::withApplied(const ChainDraft &draft, config::Config config)
{
    auto chain = draft.chain();
    chain.version = draft.nextVersion();
    const auto oldId = draft.applied() ? draft.applied()->id : chain.id;
    if (oldId != chain.id) {
        for (auto &client : config.clients) {
            if (client.chain == oldId) {
                client.chain = chain.id;
            }
        }
        for (auto &rule : config.rules) {
            if (rule.chain == oldId) {
                rule.chain = chain.id;
            }
        }
    }
    const auto it = std::ranges::find(config.chains, oldId, &config::ChainConfig::id);
    if (it != config.chains.end() && draft.applied()) {
        *it = std::move(chain);
    } else {
        config.chains.push_back(std::move(chain));
    }
    return config;
}

int ChainDrafts::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_drafts.size());
}

QString ChainDrafts::subtitle(const ChainDraft &draft) const
{
    if (!draft.applied()) {
        return tr("new, not applied");
    }
    if (draft.removedOutside()) {
        return tr("removed, draft kept");
    }
    const int version = draft.applied()->version;
    if (const int changes = draft.changeCount(); changes > 0) {
        return changes == 1 ? tr("v%1 · draft, 1 change").arg(version)
                            : tr("v%1 · draft, %n changes", nullptr, changes).arg(version);
    }
    return draft.head().enabled ? tr("version %1").arg(version) : tr("version %1 · off").arg(version);
}

QVariant ChainDrafts::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto &draft = *m_drafts[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return bridge::text(draft.head().id);
    case SubtitleRole:
    case Qt::AccessibleDescriptionRole:
        return subtitle(draft);
    case ChangedRole:
        return draft.isChanged();
    default:
        return {};
    }
}

} // namespace signalbox::models
