// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/style_controls.h"

#include <QPainter>
#include <QStyleOption>

#include "ui/theme/colors.h"

namespace signalbox::theme::controls {

namespace {

QRectF inner(const QRect &rect)
{
    return QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
}

QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto mix = [share](int x, int y) { return static_cast<int>(x + (y - x) * share); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

bool isOn(const QStyleOption &option)
{
    return option.state & QStyle::State_On;
}

} // namespace

void focusRing(QPainter &painter, const QRect &rect, const QPalette &palette)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color(Role::Accent, palette), 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), kControlRadius - 1, kControlRadius - 1);
    painter.restore();
}

void button(QPainter &painter, const QStyleOption &option, ButtonKind kind)
{
    const QPalette &palette = option.palette;
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool down = option.state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hover = enabled && (option.state & QStyle::State_MouseOver);
    const QColor text = color(Role::Text, palette);
    QColor fill = color(Role::Surface, palette);
    QColor border = color(Role::Border, palette);
    if (kind == ButtonKind::Primary && enabled) {
        fill = color(Role::Accent, palette);
        border = fill;
    } else if (kind == ButtonKind::Flat || kind == ButtonKind::Link) {
        if (!hover && !down) {
            return;
        }
        border = Qt::transparent;
    }
    if (kind == ButtonKind::Link) {
        fill = color(Role::AccentWeak, palette);
    } else if (hover || down) {
        fill = mixed(fill, text, down ? 0.12 : 0.05);
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(border.alpha() ? QPen(border, 1) : QPen(Qt::NoPen));
    painter.setBrush(fill);
    painter.drawRoundedRect(inner(option.rect), kControlRadius, kControlRadius);
    painter.restore();
}

QColor buttonText(const QStyleOption &option, ButtonKind kind)
{
    const QPalette &palette = option.palette;
    if (!(option.state & QStyle::State_Enabled)) {
        return palette.color(QPalette::Disabled, QPalette::ButtonText);
    }
    switch (kind) {
    case ButtonKind::Primary:
        return color(Role::OnAccent, palette);
    case ButtonKind::Link:
        return color(Role::Accent, palette);
    case ButtonKind::Danger:
        return color(Role::Danger, palette);
    case ButtonKind::Plain:
    case ButtonKind::Flat:
        break;
    }
    return color(Role::Text, palette);
}

void field(QPainter &painter, const QStyleOption &option)
{
    const QPalette &palette = option.palette;
    const bool focus = option.state & QStyle::State_HasFocus;
    const bool enabled = option.state & QStyle::State_Enabled;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color(focus ? Role::Accent : Role::Border, palette), focus ? 2 : 1));
    painter.setBrush(color(enabled ? Role::Surface : Role::Window, palette));
    const double inset = focus ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), kControlRadius,
                            kControlRadius);
    painter.restore();
}

void checkBox(QPainter &painter, const QStyleOption &option)
{
    const QPalette &palette = option.palette;
    const bool enabled = option.state & QStyle::State_Enabled;
    const bool marked = isOn(option) || (option.state & QStyle::State_NoChange);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor accent = color(enabled ? Role::Accent : Role::Off, palette);
    painter.setPen(QPen(marked ? accent : color(enabled ? Role::Muted : Role::Off, palette), 1));
    painter.setBrush(marked ? accent : color(Role::Surface, palette));
    const QRectF box = inner(option.rect);
    painter.drawRoundedRect(box, 3, 3);
    if (marked) {
        painter.setPen(QPen(color(Role::OnAccent, palette), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const auto at = [&](double x, double y) {
            return QPointF(box.x() + box.width() * x, box.y() + box.height() * y);
        };
        if (isOn(option)) {
            painter.drawLine(at(0.22, 0.52), at(0.43, 0.74));
            painter.drawLine(at(0.43, 0.74), at(0.8, 0.28));
        } else {
            painter.drawLine(at(0.25, 0.5), at(0.75, 0.5));
        }
    }
    painter.restore();
}

void radioButton(QPainter &painter, const QStyleOption &option)
{
    const QPalette &palette = option.palette;
    const bool enabled = option.state & QStyle::State_Enabled;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor accent = color(enabled ? Role::Accent : Role::Off, palette);
    painter.setPen(QPen(isOn(option) ? accent : color(enabled ? Role::Muted : Role::Off, palette), 1));
    painter.setBrush(isOn(option) ? accent : color(Role::Surface, palette));
    const QRectF box = inner(option.rect);
    painter.drawEllipse(box);
    if (isOn(option)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color(Role::OnAccent, palette));
        painter.drawEllipse(box.center(), box.width() * 0.2, box.width() * 0.2);
    }
    painter.restore();
}

void chevron(QPainter &painter, const QRect &rect, const QColor &ink, bool up)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ink, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF c = QRectF(rect).center();
    const double half = std::clamp(std::min(rect.width(), rect.height()) / 4.0, 2.0, 3.5);
    const double lift = up ? -half / 2 : half / 2;
    painter.drawPolyline(
        QPolygonF({{c.x() - half, c.y() - lift}, {c.x(), c.y() + lift}, {c.x() + half, c.y() - lift}}));
    painter.restore();
}

void headerSection(QPainter &painter, const QStyleOption &option)
{
    painter.fillRect(option.rect, color(Role::Surface, option.palette));
    painter.setPen(color(Role::Border, option.palette));
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
}

void tab(QPainter &painter, const QStyleOptionTab &option)
{
    if (option.state & QStyle::State_Selected) {
        const QRect &r = option.rect;
        painter.fillRect(QRect(r.left() + 4, r.bottom() - 1, r.width() - 8, 2),
                         color(Role::Accent, option.palette));
    }
}

void scrollBar(QPainter &painter, const QStyleOptionSlider &option, const QRect &handle)
{
    if (option.maximum <= option.minimum) {
        return;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const bool lively = option.state & (QStyle::State_MouseOver | QStyle::State_Sunken);
    painter.setBrush(color(lively ? Role::Muted : Role::Off, option.palette));
    const QRectF bar = QRectF(handle).adjusted(3, 3, -3, -3);
    const double radius = std::min(bar.width(), bar.height()) / 2;
    painter.drawRoundedRect(bar, radius, radius);
    painter.restore();
}

} // namespace signalbox::theme::controls
