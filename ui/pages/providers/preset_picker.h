// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QWidget>

#include "core/engine/engine.h"

class QLineEdit;
class QListView;

namespace signalbox::providers {

/// Which provider to add: the presets as tiles, narrowed by typing. Owned by the page.
class PresetPicker : public QWidget
{
    Q_OBJECT

public:
    explicit PresetPicker(QWidget *parent = nullptr);

    void setPresets(const std::vector<engine::PresetView> &presets);
    void begin(); ///< empties the search and takes the focus

Q_SIGNALS:
    void picked(const QString &presetId);
    void cancelled();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void pickCurrent();

    QStandardItemModel m_presets;
    QSortFilterProxyModel m_found;
    QLineEdit *m_search;
    QListView *m_tiles;
};

} // namespace signalbox::providers
