// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/parts/two_line_delegate.h"

#include <QListView>
#include <QPainter>

#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style_controls.h"

namespace signalbox::parts {

using theme::Role;

namespace {
constexpr int kPadX = 10;
constexpr int kPadY = 7;
constexpr int kMarkSide = 10;
constexpr int kTileGap = 8;
constexpr double kRound = 5;

/// Valid where the rows are tiles.
QSize gridOf(const QStyleOptionViewItem &option)
{
    const auto *list = qobject_cast<const QListView *>(option.widget);
    return list ? list->gridSize() : QSize();
}

QFont nameFont()
{
    return theme::font(theme::TextSize::Body, theme::Weight::Strong);
}
QFont subtitleFont()
{
    auto font = theme::font(theme::TextSize::Body);
    font.setPointSizeF(font.pointSizeF() * 12 / 13);
    return font;
}
} // namespace

TwoLineDelegate::TwoLineDelegate(int subtitleRole, QObject *parent, MarkOf mark)
    : QStyledItemDelegate(parent), m_subtitleRole(subtitleRole), m_mark(std::move(mark))
{}

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    const int height =
        2 * kPadY + QFontMetrics(nameFont()).height() + QFontMetrics(subtitleFont()).height() + 2;
    const QSize grid = gridOf(option);
    return {grid.isValid() ? grid.width() - kTileGap : 120, height};
}

void TwoLineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                            const QModelIndex &index) const
{
    const auto &palette = option.palette;
    const bool selected = option.state & QStyle::State_Selected;
    const QFontMetrics nameMetrics(nameFont());
    const QFontMetrics subtitleMetrics(subtitleFont());
    const auto place = [&](const QRect &rect) {
        return QStyle::visualRect(option.direction, option.rect, rect);
    };
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (selected || (option.state & QStyle::State_MouseOver)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme::color(selected ? Role::AccentWeak : Role::Window, palette));
        painter->drawRoundedRect(QRectF(option.rect), kRound, kRound);
    }
    if (gridOf(option).isValid()) {
        painter->setPen(theme::color(selected ? Role::Accent : Role::Border, palette));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5),
                                 theme::controls::kControlRadius, theme::controls::kControlRadius);
    }
    if (option.state & QStyle::State_HasFocus) {
        theme::controls::focusRing(*painter, option.rect, palette);
    }
    QRect text = option.rect.adjusted(kPadX, kPadY, -kPadX, -kPadY);
    if (const auto look = m_mark ? m_mark(index) : std::nullopt) {
        const QRect line(text.topLeft(), QSize(kMarkSide, nameMetrics.height()));
        const QRectF mark(line.left(), line.center().y() + 0.5 - kMarkSide / 2.0, kMarkSide, kMarkSide);
        theme::paintMark(*painter, look->mark, QRectF(place(mark.toAlignedRect())),
                         theme::ink(look->tone, palette));
        text.setLeft(text.left() + kMarkSide + 8);
    }
    const auto alignment = QStyle::visualAlignment(option.direction, Qt::AlignLeft | Qt::AlignTop);
    painter->setPen(theme::color(Role::Text, palette));
    painter->setFont(nameFont());
    painter->drawText(place(text), alignment,
                      nameMetrics.elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    text.setTop(text.top() + nameMetrics.height() + 2);
    painter->setPen(theme::color(Role::Muted, palette));
    painter->setFont(subtitleFont());
    painter->drawText(
        place(text), alignment,
        subtitleMetrics.elidedText(index.data(m_subtitleRole).toString(), Qt::ElideRight, text.width()));
    painter->restore();
}

QListView *makeSideList(const QString &name, TwoLineDelegate *delegate, QWidget *parent)
{
    auto *list = new QListView(parent);
    list->setAccessibleName(name);
    list->setFrameShape(QFrame::NoFrame);
    list->setItemDelegate(delegate);
    delegate->setParent(list);
    list->setSelectionMode(QAbstractItemView::SingleSelection);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setUniformItemSizes(true);
    list->setSpacing(0);
    list->setMouseTracking(true);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->viewport()->setAutoFillBackground(false);
    return list;
}

} // namespace signalbox::parts
