// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>

#include "ui/models/config_names.h"

namespace signalbox::models {

/// How a provider stands, worst first told.
enum class ProviderState : std::uint8_t { Working, Unused, HalfOpen, Open, NoKey, Disabled };

/// The providers of the configuration with their health, for the list of the providers page. Gui thread;
/// owned by the page.
class ProviderListModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        StateRole,     ///< ProviderState
        StateTextRole, ///< QString: "Open until 12:14"
        SubtitleRole,  ///< QString: "in 2 chains", "not in a chain · no key"
    };

    using QAbstractListModel::QAbstractListModel;

    void setSurroundings(Surroundings around);
    const Surroundings &surroundings() const { return m_around; }
    int rowOf(std::string_view id) const; ///< -1: not there

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    ProviderState state(const config::ProviderConfig &provider) const;
    QString stateText(const config::ProviderConfig &provider) const;
    QString subtitle(const config::ProviderConfig &provider) const;

    Surroundings m_around;
};

} // namespace signalbox::models
