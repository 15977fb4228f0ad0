// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>

#include <QAbstractTableModel>

#include "core/engine/engine.h"
#include "ui/models/request_text.h"

namespace signalbox::models {

/// The requests of the ledger, newest first: pages are fetched by key as the view scrolls down, and new ones
/// come in at the top when refresh() is called. The text filter is applied to what has been fetched. GUI
/// thread; owned by the page.
class ActivityModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Client, Chain, ServedBy, Outcome, FirstToken, Total, Tokens, Cost, ColumnCount };

    ActivityModel(engine::Engine &engine, ProviderNames names, QObject *parent = nullptr);

    /// Empty: any. Starts over.
    void setScope(std::string chain, std::string client);
    void setFilter(const QString &text);
    /// Asks for what is new; does nothing while the last question is open.
    void refresh();

    base::RequestId idAt(int row) const;
    int rowOf(const base::RequestId &id) const; ///< -1: not there
    /// True once the ledger has said so: nothing is there at all.
    bool knownEmpty() const { return m_asked && m_all.empty(); }
    bool atEnd() const { return m_atEnd; }
    std::size_t fetched() const { return m_all.size(); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

Q_SIGNALS:
    void fetchedPage();                ///< or found out that there is none
    void failed(const QString &error); ///< the ledger could not be read

private:
    struct Item {
        ledger::RequestRow row;
        QString haystack;
    };
    using ItemPtr = std::shared_ptr<const Item>;

    void ask(base::RequestId before);
    void append(std::vector<ledger::RequestRow> page);
    void mergeTop(std::vector<ledger::RequestRow> page);
    void replace(std::size_t place, ItemPtr item);
    ItemPtr itemOf(ledger::RequestRow row) const;
    bool matches(const Item &item) const;
    void refilter();
    QString display(const ledger::RequestRow &row, int column) const;

    engine::Engine &m_engine;
    ProviderNames m_names;
    std::deque<ItemPtr> m_all;
    std::deque<ItemPtr> m_shown; ///< those that pass the filter
    QString m_filter;
    std::string m_chain;
    std::string m_client;
    std::shared_ptr<int> m_generation = std::make_shared<int>(0); ///< replies to an older one are dropped
    bool m_asking = false;
    bool m_asked = false;
    bool m_atEnd = false;
};

} // namespace signalbox::models
