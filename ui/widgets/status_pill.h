// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme/colors.h"
#include "ui/theme/glyphs.h"

namespace signalbox::widgets {

/// Shape + word + colour: what a status is made of. `word` is for people.
struct PillLook {
    theme::Tone tone = theme::Tone::Off;
    theme::Mark mark = theme::Mark::Ring;
    QString word;
    bool operator==(const PillLook &) const = default;
};

/// The size a pill takes in the application's font, and its drawing at the left of `rect`, for delegates.
QSize pillSize(const PillLook &look);
void paintPill(QPainter &painter, const QRect &rect, const PillLook &look, const QPalette &palette);

/// A pill as a widget. Its word is its accessible name.
class StatusPill : public QWidget
{
    Q_OBJECT

public:
    explicit StatusPill(QWidget *parent = nullptr);
    explicit StatusPill(PillLook look, QWidget *parent = nullptr);

    const PillLook &look() const { return m_look; }
    void setLook(PillLook look);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override; ///< the word may be shortened

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    PillLook m_look;
};

} // namespace signalbox::widgets
