// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QAbstractButton>

#include "ui/theme/colors.h"

namespace signalbox::overview {

/// One number with its last hour as a sparkline; a click opens what is behind it.
class StatTile : public QAbstractButton
{
    Q_OBJECT

public:
    StatTile(const QString &label, theme::Role line, QWidget *parent = nullptr);

    void setFigure(const QString &figure, const QString &note = QString());
    void setHistory(std::vector<std::optional<double>> values);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    QString m_label;
    QString m_figure;
    theme::Role m_line;
    std::vector<std::optional<double>> m_history;
};

} // namespace signalbox::overview
