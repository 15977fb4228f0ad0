// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/waterfall.h"

#include <QCoreApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/bridge/format.h"
#include "ui/charts/nice_axis.h"
#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"

namespace signalbox::charts {

using theme::Role;
using theme::TextSize;

namespace {

QFont small()
{
    return theme::font(TextSize::Small);
}

// The two kinds of waiting differ by hatching, not by colour.
void paintOutline(QPainter &painter, Phase phase, const QRectF &rect, QColor color)
{
    painter.setPen(QPen(color, 1));
    color.setAlphaF(0.6F);
    painter.setBrush(phase == Phase::WaitToken ? QBrush(color, Qt::BDiagPattern) : QBrush(Qt::NoBrush));
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
    painter.setBrush(Qt::NoBrush);
}

void paintSpan(QPainter &painter, Phase phase, const QRectF &rect, bool failed, const QPalette &palette)
{
    const auto fill = [&](Role role) { painter.fillRect(rect, theme::color(role, palette)); };
    switch (phase) {
    case Phase::Queue:
    case Phase::Dns:
    case Phase::Connect:
    case Phase::Tls:
        fill(Role::Off);
        break;
    case Phase::WaitByte:
    case Phase::WaitToken:
        fill(failed ? Role::DangerWeak : Role::CautionWeak);
        paintOutline(painter, phase, rect, theme::color(failed ? Role::Danger : Role::Caution, palette));
        break;
    case Phase::Stream:
        fill(failed ? Role::Danger : Role::Ok);
        break;
    }
}

} // namespace

Waterfall::Waterfall(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Timeline of the request"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Waterfall::setRows(std::vector<WaterfallRow> rows, double endMs)
{
    m_rows = std::move(rows);
    m_endMs = std::max(endMs, 0.001);
    QStringList lines;
    for (const WaterfallRow &row : m_rows) {
        lines << tr("%1: %2").arg(row.label, row.note);
    }
    setAccessibleDescription(lines.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

int Waterfall::rowHeight() const
{
    return fontMetrics().height() + 10;
}

QSize Waterfall::sizeHint() const
{
    return {640, QFontMetrics(small()).height() + 6 + rowHeight() * static_cast<int>(m_rows.size())};
}

QRectF Waterfall::plot() const
{
    const QFontMetrics strong(theme::font(TextSize::Body, theme::Weight::Strong));
    int label = 80;
    for (const WaterfallRow &row : m_rows) {
        label = std::max(label, strong.horizontalAdvance(row.label) + 16);
    }
    label = std::min(label, width() / 4);
    const int top = QFontMetrics(small()).height() + 6;
    // A quarter at the right is kept free for the words behind the longest bar.
    const double room = std::max(60.0, (width() - label) * 0.72);
    return QRectF(label, top, room, height() - top);
}

double Waterfall::xAt(double ms) const
{
    const QRectF area = plot();
    return area.left() + area.width() * ms / m_endMs;
}

void Waterfall::paintAxis(QPainter &painter) const
{
    const QRectF area = plot();
    const QFontMetrics metrics(small());
    painter.setFont(small());
    const bool seconds = m_endMs >= 2000;
    const double scale = seconds ? 1000 : 1;
    const NiceAxis axis = niceAxis(m_endMs / scale, 5);
    painter.setPen(theme::color(Role::Muted, palette()));
    const QString end = bridge::formatDuration(base::Duration(static_cast<qint64>(m_endMs * 1e6)));
    const double endLeft = xAt(m_endMs) - metrics.horizontalAdvance(end) / 2.0;
    for (int i = 0; i * axis.step * scale < m_endMs; ++i) {
        const double value = i * axis.step;
        const QString label = i == 0 ? (seconds ? tr("0 s") : tr("0 ms")) : QLocale().toString(value, 'g', 4);
        const double left = xAt(value * scale) - (i ? metrics.horizontalAdvance(label) / 2.0 : 0);
        if (left + metrics.horizontalAdvance(label) + 8 < endLeft) {
            painter.drawText(QPointF(left, metrics.ascent()), label);
        }
    }
    painter.drawText(QPointF(endLeft, metrics.ascent()), end);
    painter.setPen(theme::color(Role::Border, palette()));
    painter.drawLine(QPointF(0, area.top() - 0.5), QPointF(width(), area.top() - 0.5));
}

void Waterfall::paintRow(QPainter &painter, const WaterfallRow &row, const QRectF &line) const
{
    const QRectF area = plot();
    painter.setFont(theme::font(TextSize::Body, theme::Weight::Strong));
    painter.setPen(theme::color(row.skipped ? Role::Muted : Role::Text, palette()));
    const QRectF label(line.left(), line.top(), area.left() - 8, line.height());
    painter.drawText(
        label, Qt::AlignVCenter | Qt::AlignLeft,
        painter.fontMetrics().elidedText(row.label, Qt::ElideRight, static_cast<int>(label.width())));
    double end = area.left() + 2;
    for (const WaterfallSpan &span : row.spans) {
        const double left = xAt(span.fromMs);
        const double right = std::max(xAt(span.toMs), left + 1.5);
        paintSpan(painter, span.phase, QRectF(left, line.center().y() - 7, right - left, 14), row.failed,
                  palette());
        end = std::max(end, right);
    }
    if (row.failed && !row.spans.empty()) {
        painter.fillRect(QRectF(end, line.center().y() - 7, 3, 14), theme::color(Role::Danger, palette()));
        end += 3;
    }
    painter.setFont(small());
    painter.setPen(theme::color(Role::Muted, palette()));
    const QRectF note(end + 6, line.top(), std::max(0.0, line.right() - end - 6), line.height());
    painter.drawText(
        note, Qt::AlignVCenter | Qt::AlignLeft,
        painter.fontMetrics().elidedText(row.note, Qt::ElideRight, static_cast<int>(note.width())));
}

void Waterfall::paintEvent(QPaintEvent *)
{
    if (m_rows.empty()) {
        return;
    }
    QPainter painter(this);
    paintAxis(painter);
    const int each = rowHeight();
    double y = plot().top();
    for (const WaterfallRow &row : m_rows) {
        paintRow(painter, row, QRectF(0, y, width(), each));
        y += each;
        painter.setPen(theme::color(Role::Border, palette()));
        painter.drawLine(QPointF(0, y - 0.5), QPointF(width(), y - 0.5));
    }
}

QString Waterfall::tipAt(const QPoint &where) const
{
    const int index = static_cast<int>((where.y() - plot().top()) / rowHeight());
    if (where.y() < plot().top() || index >= static_cast<int>(m_rows.size())) {
        return {};
    }
    const WaterfallRow &row = m_rows[static_cast<std::size_t>(index)];
    QStringList lines{row.label};
    for (const WaterfallSpan &span : row.spans) {
        const base::Duration took(static_cast<qint64>((span.toMs - span.fromMs) * 1e6));
        lines << tr("%1: %2").arg(phaseName(span.phase), bridge::formatDuration(took));
    }
    lines << row.note;
    return lines.join(QLatin1Char('\n'));
}

bool Waterfall::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), tipAt(help->pos()), this);
        return true;
    }
    return QWidget::event(event);
}

std::vector<LegendEntry> waterfallLegend()
{
    const auto entry = [](const char *text, Phase phase, bool failed) {
        return LegendEntry{QCoreApplication::translate("waterfall", text),
                           [phase, failed](QPainter &painter, const QRectF &rect, const QPalette &palette) {
                               paintSpan(painter, phase, QRectF(rect.left(), rect.center().y() - 5, 14, 10),
                                         failed, palette);
                           }};
    };
    return {entry(QT_TRANSLATE_NOOP("waterfall", "name, connect, TLS"), Phase::Connect, false),
            entry(QT_TRANSLATE_NOOP("waterfall", "waiting for the answer"), Phase::WaitByte, false),
            entry(QT_TRANSLATE_NOOP("waterfall", "waiting for the first token"), Phase::WaitToken, false),
            entry(QT_TRANSLATE_NOOP("waterfall", "streaming"), Phase::Stream, false),
            entry(QT_TRANSLATE_NOOP("waterfall", "failed"), Phase::Stream, true)};
}

} // namespace signalbox::charts
