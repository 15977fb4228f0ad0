// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/step_delegate.h"

#include <QPainter>

#include "ui/pages/chains/railway.h"
#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style_controls.h"

namespace signalbox::chains {

using models::ChainStepsModel;
using models::StepState;
using theme::Mark;
using theme::Role;
using theme::Tone;

namespace {
constexpr int kGap = 10; ///< between cards
constexpr int kPadX = 12;
constexpr int kPadY = 10;
constexpr int kHandleWidth = 20;

QFont nameFont()
{
    return theme::font(theme::TextSize::Body, theme::Weight::Strong);
}
QFont detailFont()
{
    auto font = theme::font(theme::TextSize::Body);
    font.setPointSizeF(font.pointSizeF() * 12 / 13);
    return font;
}

int headHeight()
{
    return std::max(QFontMetrics(nameFont()).height(), widgets::pillSize({}).height());
}

Station stationOf(const QModelIndex &index)
{
    const auto taken = [&](int row) {
        return index.siblingAtRow(row).data(ChainStepsModel::TakenRole).toBool();
    };
    const int rows = index.model()->rowCount(index.parent());
    Station station;
    station.number = index.row() + 1;
    station.first = index.row() == 0;
    station.last = index.row() + 1 == rows;
    station.taken = taken(index.row());
    station.previousTaken = !station.first && taken(index.row() - 1);
    station.nextTaken = !station.last && taken(index.row() + 1);
    for (int row = index.row() + 1; row < rows && !station.lineGoesOn; ++row) {
        station.lineGoesOn = taken(row);
    }
    return station;
}

void paintHandle(QPainter &painter, const QRect &rect, const QPalette &palette)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::color(Role::Muted, palette));
    for (int dot = 0; dot < 6; ++dot) {
        painter.drawEllipse(
            QPointF(rect.left() + 3 + (dot % 2) * 5, rect.center().y() - 3.5 + (dot / 2) * 4.5), 1.2, 1.2);
    }
}
} // namespace

QSize StepDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    const int texts = headHeight() + 6 + QFontMetrics(theme::font(theme::TextSize::Body)).height()
                      + QFontMetrics(detailFont()).height();
    return {kLineWidth + 240, 2 * kPadY + texts + kGap};
}

void StepDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const bool mirrored = option.direction == Qt::RightToLeft;
    QRect strip = option.rect;
    strip.setWidth(kLineWidth);
    strip = QStyle::visualRect(option.direction, option.rect, strip);
    const int station = option.rect.top() + (option.rect.height() - kGap) / 2;
    paintRailway(*painter, strip, station, stationOf(index), option.palette, mirrored);
    paintCard(*painter, option, index);
}

void StepDelegate::paintCard(QPainter &painter, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const
{
    const auto &palette = option.palette;
    const bool selected = option.state & QStyle::State_Selected;
    const QRect logical = option.rect.adjusted(kLineWidth, 0, -1, -kGap);
    const QRect card = QStyle::visualRect(option.direction, option.rect, logical);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme::color(selected ? Role::Accent : Role::Border, palette), selected ? 2 : 1));
    painter.setBrush(theme::color(Role::Surface, palette));
    const double inset = selected ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(card).adjusted(inset, inset, -inset, -inset), theme::controls::kCardRadius,
                            theme::controls::kCardRadius);
    if (selected && (option.state & QStyle::State_HasFocus)) {
        painter.setPen(QPen(theme::color(Role::AccentWeak, palette), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(card).adjusted(3, 3, -3, -3), 6, 6);
    }
    paintTexts(painter, option, index, logical.adjusted(kPadX, kPadY, -kPadX, -kPadY));
    painter.restore();
}

void StepDelegate::paintTexts(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                              const QRect &inner) const
{
    const auto &palette = option.palette;
    const auto place = [&](const QRect &rect) {
        return QStyle::visualRect(option.direction, option.rect, rect);
    };
    const auto align = QStyle::visualAlignment(option.direction, Qt::AlignLeft | Qt::AlignVCenter);
    const auto put = [&](const QRect &rect, const QFont &font, const QColor &color, const QString &text) {
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(place(rect), align,
                         QFontMetrics(font).elidedText(text, Qt::ElideRight, rect.width()));
    };
    const bool on = index.data(ChainStepsModel::StateRole).value<StepState>() != StepState::Off;
    const QColor text = theme::color(on ? Role::Text : Role::Muted, palette);
    const QColor muted = theme::color(Role::Muted, palette);

    const QRect head(inner.topLeft(), QSize(inner.width(), headHeight()));
    paintHandle(painter, place(QRect(head.left(), head.top(), 10, head.height())), palette);
    const auto look = index.data(ChainStepsModel::LookRole).value<widgets::PillLook>();
    const int pillWidth = std::min(widgets::pillSize(look).width(), head.width() / 2);
    widgets::paintPill(painter,
                       place(QRect(head.right() - pillWidth + 1, head.top(), pillWidth, head.height())), look,
                       palette);

    const QString name = index.data().toString();
    const QString model = index.data(ChainStepsModel::ModelRole).toString();
    const int room = head.width() - kHandleWidth - pillWidth - 12;
    const int modelWidth = QFontMetrics(theme::monoFont()).horizontalAdvance(model) + 2;
    const int nameWidth = std::min(QFontMetrics(nameFont()).horizontalAdvance(name) + 2,
                                   std::max(room - modelWidth - 10, room * 3 / 5));
    QRect part(head.left() + kHandleWidth, head.top(), nameWidth, head.height());
    put(part, nameFont(), text, name);
    part.setLeft(part.right() + 11);
    part.setWidth(std::max(0, room - nameWidth - 10));
    put(part, theme::monoFont(), text, model);

    const int bodyHeight = QFontMetrics(theme::font(theme::TextSize::Body)).height();
    QRect line(inner.left(), head.bottom() + 6, inner.width(), bodyHeight);
    put(line, theme::font(theme::TextSize::Body), muted, index.data(ChainStepsModel::LimitsRole).toString());
    line.moveTop(line.bottom() + 2);
    line.setHeight(QFontMetrics(detailFont()).height());
    if (index.data(ChainStepsModel::LintRole).toBool()) {
        const QRectF mark(place(QRect(line.left(), line.center().y() - 4, 9, 9)));
        theme::paintMark(painter, Mark::Triangle, mark, theme::ink(Tone::Caution, palette));
        line.setLeft(line.left() + 14);
        put(line, detailFont(), theme::ink(Tone::Caution, palette),
            index.data(ChainStepsModel::DetailRole).toString());
    } else {
        put(line, detailFont(), muted, index.data(ChainStepsModel::DetailRole).toString());
    }
}

} // namespace signalbox::chains
