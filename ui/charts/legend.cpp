// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/legend.h"

#include <algorithm>

#include <QPainter>

#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"

namespace signalbox::charts {

namespace {
constexpr int kSample = 14;
constexpr int kGap = 6;
constexpr int kBetween = 16;
} // namespace

Legend::Legend(QWidget *parent) : QWidget(parent)
{
    setFont(theme::font(theme::TextSize::Small));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void Legend::setEntries(std::vector<LegendEntry> entries)
{
    const auto text = [](const LegendEntry &entry) { return entry.text; };
    const bool same = std::ranges::equal(entries, m_entries, {}, text, text);
    m_entries = std::move(entries);
    update();
    if (same) {
        return; // four times a second, and a new layout each time is work for nothing
    }
    QStringList words;
    for (const LegendEntry &entry : m_entries) {
        words << entry.text;
    }
    setAccessibleName(tr("Legend: %1").arg(words.join(QStringLiteral(", "))));
    updateGeometry();
}

QSize Legend::sizeHint() const
{
    return {200, heightForWidth(std::max(width(), 400))};
}

int Legend::heightForWidth(int width) const
{
    return layOut(width, nullptr);
}

int Legend::layOut(int width, QPainter *painter) const
{
    const QFontMetrics metrics(font());
    const int line = metrics.height() + 2;
    int x = 0;
    int y = 0;
    for (const LegendEntry &entry : m_entries) {
        const int advance = kSample + kGap + metrics.horizontalAdvance(entry.text);
        if (x > 0 && x + advance > width) {
            x = 0;
            y += line;
        }
        if (painter) {
            entry.sample(*painter, QRectF(x, y, kSample, line), palette());
            painter->setPen(theme::color(theme::Role::Muted, palette()));
            const int room = std::max(0, width - x - kSample - kGap);
            painter->drawText(QRect(x + kSample + kGap, y, room, line), Qt::AlignVCenter | Qt::AlignLeft,
                              metrics.elidedText(entry.text, Qt::ElideRight, room));
        }
        x += advance + kBetween;
    }
    return m_entries.empty() ? 0 : y + line;
}

void Legend::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    layOut(width(), &painter);
}

LegendEntry seriesEntry(const QString &name, int index)
{
    return {name, [index](QPainter &painter, const QRectF &rect, const QPalette &palette) {
                painter.fillRect(QRectF(rect.left() + 1, rect.center().y() - 5, 12, 10),
                                 theme::seriesColor(index, palette));
            }};
}

} // namespace signalbox::charts
