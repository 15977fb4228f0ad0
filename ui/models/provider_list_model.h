// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>

#include "ui/models/surroundings.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::models {

/// The providers of the configuration with their health, for the list of the providers page. Gui thread;
/// owned by the page.
class ProviderListModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        LookRole,     ///< widgets::PillLook: shape, word and colour of its state
        SubtitleRole, ///< QString: "in 2 chains", "not in a chain · no key"
    };

    using QAbstractListModel::QAbstractListModel;

    void setSurroundings(Surroundings around);
    /// How a provider stands, the thing to act on first.
    widgets::PillLook look(const config::ProviderConfig &provider) const;
    const Surroundings &surroundings() const { return m_around; }
    int rowOf(std::string_view id) const; ///< -1: not there

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    QString subtitle(const config::ProviderConfig &provider) const;

    Surroundings m_around;
};

} // namespace signalbox::models
