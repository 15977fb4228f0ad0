// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QWidget>

namespace signalbox::charts {

struct LegendEntry {
    QString text;
    /// Paints the sample into a rectangle with the palette's colours.
    std::function<void(QPainter &, const QRectF &, const QPalette &)> sample;
};

/// A line of samples and words, in small muted text, broken into further lines where it has to be.
class Legend : public QWidget
{
    Q_OBJECT

public:
    explicit Legend(QWidget *parent = nullptr);
    void setEntries(std::vector<LegendEntry> entries);
    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int layOut(int width, QPainter *painter) const;

    std::vector<LegendEntry> m_entries;
};

/// A sample filled with the colour of the n-th series.
LegendEntry seriesEntry(const QString &name, int index);

} // namespace signalbox::charts
