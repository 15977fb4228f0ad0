// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/base/request_id.h"
#include "ui/shell/page.h"

class QLabel;
class QSplitter;
class QStackedWidget;
class QTimer;

namespace signalbox::models {
class ActivityModel;
}
namespace signalbox::widgets {
class EmptyState;
}

namespace signalbox::activity {

class RequestCard;
class RequestTable;
class ScopeBar;

/// Every request there was, live, and the chosen one explained. reveal() takes a request id, or a text to
/// filter by.
class ActivityPage : public shell::Page
{
    Q_OBJECT

public:
    explicit ActivityPage(const shell::PageContext &context, QWidget *parent = nullptr);

    QString title() const override { return tr("Activity"); }
    void activated() override;
    void deactivated() override { m_active = false; }
    QList<QAction *> pageActions() const override { return {m_find, m_reload}; }
    void reveal(const QString &what) override;

private:
    QWidget *makeList();
    widgets::EmptyState *makeEmpty();
    void refresh();
    void showFace();
    void sendTest();

    shell::PageContext m_context;
    models::ActivityModel *m_model;
    ScopeBar *m_scope;
    RequestTable *m_table;
    QLabel *m_count;
    RequestCard *m_request;
    widgets::EmptyState *m_empty;
    QStackedWidget *m_faces;
    QAction *m_find;
    QAction *m_reload;
    QTimer *m_pace; ///< the ledger is asked at most once a second
    bool m_active = false;
};

} // namespace signalbox::activity
