// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>

#include <QStyledItemDelegate>

#include "ui/widgets/status_pill.h"

class QListView;

namespace signalbox::parts {

/// Rows of a list beside a detail: the name, a muted line below it and, where `mark` gives one, the status
/// shape in front. Selected rows lie on the weak accent.
class TwoLineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using MarkOf = std::function<std::optional<widgets::PillLook>(const QModelIndex &)>;

    TwoLineDelegate(int subtitleRole, QObject *parent, MarkOf mark = {});

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    int m_subtitleRole;
    MarkOf m_mark;
};

/// A frameless list for such rows, single selection, `name` for screen readers.
QListView *makeSideList(const QString &name, TwoLineDelegate *delegate, QWidget *parent = nullptr);

} // namespace signalbox::parts
