// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

#include "core/foundation/base/request_id.h"

namespace signalbox::models {
class ActivityModel;
}

namespace signalbox::activity {

/// The table of requests. It keeps its place while new ones come in above, and its selection over resets.
class RequestTable : public QTableView
{
    Q_OBJECT

public:
    explicit RequestTable(models::ActivityModel &model, QWidget *parent = nullptr);

    /// Chooses it as soon as it is there.
    void choose(const base::RequestId &id);

Q_SIGNALS:
    void chosen(const signalbox::base::RequestId &id);

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void onInserted(int first, int last);
    void restore();
    void setUpColumns();

    models::ActivityModel &m_model;
    base::RequestId m_wanted;
};

} // namespace signalbox::activity
