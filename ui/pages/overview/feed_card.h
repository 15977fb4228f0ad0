// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"
#include "ui/widgets/card.h"

class QListView;
class QStackedLayout;

namespace signalbox::engine {
struct Snapshot;
}
namespace signalbox::models {
class FeedModel;
}

namespace signalbox::overview {

/// What happened lately, newest first. Entries about a request open it.
class FeedCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit FeedCard(const shell::PageContext &context, QWidget *parent = nullptr);
    void show(const engine::Snapshot &snapshot);
    using QWidget::show;

Q_SIGNALS:
    void openRequested(signalbox::shell::PageId page, const QString &what);

private:
    models::FeedModel *m_model;
    QListView *m_view;
    QStackedLayout *m_stack;
};

} // namespace signalbox::overview
