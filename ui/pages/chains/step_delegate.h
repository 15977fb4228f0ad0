// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include "ui/models/chain_steps_model.h"

namespace signalbox::chains {

/// Draws a step as a station on the line and a card beside it. The line runs straight through the steps that
/// would be used, around those that are skipped, and ends at the last one that would be used.
class StepDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    static constexpr int kLineWidth = 52; ///< the strip the line runs in; cards begin behind it

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    void paintCard(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
    void paintTexts(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                    const QRect &card) const;
};

} // namespace signalbox::chains
