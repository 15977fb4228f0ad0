// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QWidget>

#include "ui/shell/page_registry.h"

class QItemSelectionModel;
class QListView;
class QStandardItemModel;

namespace signalbox::shell {

/// The pages, Settings apart at the bottom. Two views of one model and one selection.
class Sidebar : public QWidget
{
    Q_OBJECT

public:
    explicit Sidebar(const std::vector<PageEntry> &pages, QWidget *parent = nullptr);

    void setCurrent(PageId page);
    /// Icons only, with the titles as tool tips.
    void setNarrow(bool narrow);

Q_SIGNALS:
    void chosen(signalbox::shell::PageId page);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QListView *makeView(bool settings);
    void fitHeights();

    QStandardItemModel *m_model;
    QItemSelectionModel *m_selection;
    QListView *m_top;
    QListView *m_bottom;
    bool m_narrow = false;
};

} // namespace signalbox::shell
