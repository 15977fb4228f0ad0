// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include <QAbstractListModel>
#include <QUndoGroup>

#include "ui/models/chain_draft.h"

namespace signalbox::models {

/// Every chain of the configuration, each with its draft, and the chains that are not applied yet: the list
/// at the left of the chains page, and the undo group behind Edit > Undo. Gui thread; owned by the page.
class ChainDrafts : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        SubtitleRole = Qt::UserRole + 1, ///< QString: "v7 · draft, 2 changes"
        ChangedRole,                     ///< bool
    };

    explicit ChainDrafts(QObject *parent = nullptr);
    ~ChainDrafts() override;

    /// Takes over what the configuration holds now: drafts without changes follow it, the others are kept.
    void follow(const config::Config &config);

    ChainDraft *draft(int row) const; ///< null for a row that is not there
    int rowOf(const ChainDraft *draft) const;
    int rowOf(std::string_view id) const; ///< by the id it has in the draft
    /// A chain that is in no configuration yet, last in the list.
    ChainDraft *addNew(config::ChainConfig start);
    /// Forgets a draft; the chain comes back with the next follow() if the configuration holds it.
    void forget(ChainDraft *draft);
    std::vector<std::string> ids() const;
    QUndoGroup &undoGroup() { return m_group; }

    /// `config` with this chain in its next version; clients of a renamed chain go along.
    static config::Config withApplied(const ChainDraft &draft, config::Config config);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    using Drafts = std::vector<std::unique_ptr<ChainDraft>>;
    std::unique_ptr<ChainDraft> make(std::optional<config::ChainConfig> applied, config::ChainConfig start);
    std::unique_ptr<ChainDraft> take(Drafts &from, const config::ChainConfig &chain) const;
    QString subtitle(const ChainDraft &draft) const;

    Drafts m_drafts;
    QUndoGroup m_group;
};

} // namespace signalbox::models
