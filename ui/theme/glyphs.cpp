// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/glyphs.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>

#include "ui/theme/colors.h"

namespace signalbox::theme {

namespace {

// All glyphs are drawn on a grid of 16 × 16.
void addLines(QPainterPath &path, std::initializer_list<QPointF> points)
{
    bool first = true;
    for (const QPointF &point : points) {
        first ? path.moveTo(point) : path.lineTo(point);
        first = false;
    }
}

QPainterPath gear()
{
    QPainterPath path;
    path.addEllipse(QPointF(8, 8), 2.2, 2.2);
    path.addEllipse(QPointF(8, 8), 4.6, 4.6);
    for (int i = 0; i < 8; ++i) {
        QTransform turn;
        turn.translate(8, 8).rotate(45.0 * i);
        addLines(path, {turn.map(QPointF(4.6, 0)), turn.map(QPointF(6.6, 0))});
    }
    return path;
}

QPainterPath pagePath(Glyph glyph)
{
    QPainterPath path;
    switch (glyph) {
    case Glyph::Overview:
        path.addRoundedRect(QRectF(2, 2, 5, 5), 1, 1);
        path.addRoundedRect(QRectF(9, 2, 5, 5), 1, 1);
        path.addRoundedRect(QRectF(2, 9, 5, 5), 1, 1);
        path.addRoundedRect(QRectF(9, 9, 5, 5), 1, 1);
        break;
    case Glyph::Chains:
        path.addEllipse(QPointF(4, 3), 1.6, 1.6);
        path.addEllipse(QPointF(4, 13), 1.6, 1.6);
        path.addEllipse(QPointF(12, 8), 1.6, 1.6);
        addLines(path, {{4, 4.6}, {4, 11.4}});
        path.moveTo(4, 6);
        path.cubicTo(4, 8, 8, 8, 10.4, 8);
        break;
    case Glyph::Providers:
        path.addRoundedRect(QRectF(2, 2.5, 12, 4.5), 1, 1);
        path.addRoundedRect(QRectF(2, 9, 12, 4.5), 1, 1);
        addLines(path, {{4.5, 4.75}, {5.5, 4.75}});
        addLines(path, {{4.5, 11.25}, {5.5, 11.25}});
        break;
    case Glyph::Activity:
        addLines(path, {{1.5, 8}, {4.5, 8}, {6.5, 3}, {9.5, 13}, {11.5, 8}, {14.5, 8}});
        break;
    case Glyph::Spend:
        addLines(path, {{2, 14}, {14, 14}});
        path.addRect(QRectF(3, 8, 2.4, 6));
        path.addRect(QRectF(6.8, 4.5, 2.4, 9.5));
        path.addRect(QRectF(10.6, 2, 2.4, 12));
        break;
    case Glyph::Clients:
        path.addRoundedRect(QRectF(1.5, 3, 13, 10), 1.2, 1.2);
        addLines(path, {{4, 6}, {6.2, 8}, {4, 10}});
        addLines(path, {{8, 10}, {11.5, 10}});
        break;
    default:
        path = gear();
        break;
    }
    return path;
}

QPainterPath signPath(Glyph glyph)
{
    QPainterPath path;
    switch (glyph) {
    case Glyph::Copy:
        path.addRoundedRect(QRectF(2, 5, 8.5, 9), 1.2, 1.2);
        addLines(path, {{5.5, 2.5}, {13.5, 2.5}, {13.5, 11}});
        break;
    case Glyph::Close:
        addLines(path, {{4, 4}, {12, 12}});
        addLines(path, {{12, 4}, {4, 12}});
        break;
    case Glyph::Info:
        path.addEllipse(QPointF(8, 8), 6, 6);
        addLines(path, {{8, 7.3}, {8, 11}});
        addLines(path, {{8, 4.9}, {8, 5.3}});
        break;
    case Glyph::Warning:
        addLines(path, {{8, 2}, {14.5, 13.5}, {1.5, 13.5}, {8, 2}});
        addLines(path, {{8, 6.5}, {8, 9.8}});
        addLines(path, {{8, 11.5}, {8, 11.9}});
        break;
    case Glyph::Plus:
        addLines(path, {{8, 3}, {8, 13}});
        addLines(path, {{3, 8}, {13, 8}});
        break;
    case Glyph::Search:
        path.addEllipse(QPointF(7, 7), 4.2, 4.2);
        addLines(path, {{10.2, 10.2}, {14, 14}});
        break;
    case Glyph::Download:
        addLines(path, {{8, 2}, {8, 10}});
        addLines(path, {{4.5, 6.8}, {8, 10.2}, {11.5, 6.8}});
        addLines(path, {{2.5, 13.5}, {13.5, 13.5}});
        break;
    default:
        break;
    }
    return path;
}

class GlyphEngine final : public QIconEngine
{
public:
    explicit GlyphEngine(Glyph glyph) : m_glyph(glyph) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const QPalette palette = QApplication::palette();
        QColor ink = color(Role::Muted, palette);
        if (mode == QIcon::Selected || state == QIcon::On) {
            ink = color(Role::Accent, palette);
        } else if (mode == QIcon::Disabled) {
            ink = color(Role::Off, palette);
        }
        paintGlyph(*painter, m_glyph, rect, ink);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine *clone() const override { return new GlyphEngine(m_glyph); }

private:
    Glyph m_glyph;
};

} // namespace

void paintGlyph(QPainter &painter, Glyph glyph, const QRectF &rect, const QColor &color)
{
    const double side = std::min(rect.width(), rect.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center() - QPointF(side / 2, side / 2));
    painter.scale(side / 16, side / 16);
    painter.setPen(QPen(color, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(glyph <= Glyph::Settings ? pagePath(glyph) : signPath(glyph));
    painter.restore();
}

QIcon glyphIcon(Glyph glyph)
{
    return QIcon(new GlyphEngine(glyph));
}

void paintMark(QPainter &painter, Mark mark, const QRectF &rect, const QColor &color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const QPointF c = rect.center();
    const double r = std::min(rect.width(), rect.height()) / 2;
    switch (mark) {
    case Mark::Circle:
        painter.drawEllipse(c, r, r);
        break;
    case Mark::Square:
        painter.drawRect(QRectF(c.x() - r * 0.86, c.y() - r * 0.86, r * 1.72, r * 1.72));
        break;
    case Mark::Diamond:
        painter.drawPolygon(QPolygonF({{c.x(), c.y() - r * 1.15},
                                       {c.x() + r * 1.15, c.y()},
                                       {c.x(), c.y() + r * 1.15},
                                       {c.x() - r * 1.15, c.y()}}));
        break;
    case Mark::Triangle:
        painter.drawPolygon(QPolygonF(
            {{c.x(), c.y() - r}, {c.x() + r * 1.1, c.y() + r * 0.9}, {c.x() - r * 1.1, c.y() + r * 0.9}}));
        break;
    case Mark::Ring:
    case Mark::HalfCircle: {
        const double line = std::max(1.0, r * 0.3);
        const QRectF box(c.x() - r + line / 2, c.y() - r + line / 2, 2 * r - line, 2 * r - line);
        painter.setPen(QPen(color, line));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(box);
        if (mark == Mark::HalfCircle) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawPie(box, 90 * 16, 180 * 16);
        }
        break;
    }
    }
    painter.restore();
}

} // namespace signalbox::theme
