// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/feed_card.h"

#include <QListView>
#include <QPainter>
#include <QStackedLayout>
#include <QStyledItemDelegate>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/models/feed_model.h"
#include "ui/theme/style_controls.h"
#include "ui/widgets/empty_state.h"

namespace signalbox::overview {

using theme::Role;

namespace {

/// A list that takes what room there is instead of asking for its own.
class ModestList final : public QListView
{
public:
    QSize sizeHint() const override { return {240, 150}; }
};

/// Time, shape and text, the text over as many lines as it takes.
class FeedDelegate final : public QStyledItemDelegate
{
public:
    FeedDelegate(const models::FeedModel &model, QListView &view)
        : QStyledItemDelegate(&view), m_model(model), m_view(view)
    {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const models::FeedLine &line = m_model.line(index.row());
        const QRect r = option.rect;
        painter->save();
        if ((option.state & QStyle::State_Selected) && (option.state & QStyle::State_HasFocus)) {
            theme::controls::focusRing(*painter, r, option.palette);
        } else if (option.state & QStyle::State_MouseOver && !line.request.isEmpty()) {
            painter->fillRect(r, theme::color(Role::AccentWeak, option.palette));
        }
        const int high = option.fontMetrics.height();
        painter->setPen(theme::color(Role::Muted, option.palette));
        painter->drawText(QRect(r.left(), r.top() + kPad, timeWidth(option), high),
                          Qt::AlignLeft | Qt::AlignVCenter, bridge::formatTime(line.at));
        theme::paintMark(*painter, line.mark,
                         QRectF(r.left() + timeWidth(option), r.top() + kPad + high / 2.0 - 5, 10, 10),
                         theme::ink(line.tone, option.palette));
        painter->setPen(theme::color(Role::Text, option.palette));
        painter->drawText(textRect(option, r), Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop, line.text);
        painter->setPen(theme::color(Role::Border, option.palette));
        painter->drawLine(r.bottomLeft(), r.bottomRight());
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const int width = m_view.viewport()->width();
        QRect room = textRect(option, QRect(0, 0, width, 10'000));
        const QRect used = option.fontMetrics.boundingRect(room, Qt::TextWordWrap | Qt::AlignLeft,
                                                           m_model.line(index.row()).text);
        return {width, used.height() + 2 * kPad};
    }

private:
    static constexpr int kPad = 7;
    static int timeWidth(const QStyleOptionViewItem &option)
    {
        return option.fontMetrics.horizontalAdvance(QStringLiteral("00:00:00")) + 12;
    }
    static QRect textRect(const QStyleOptionViewItem &option, const QRect &r)
    {
        return r.adjusted(timeWidth(option) + 20, kPad, -4, -kPad);
    }

    const models::FeedModel &m_model;
    QListView &m_view;
};

enum Face { ListFace, EmptyFace };

} // namespace

FeedCard::FeedCard(const shell::PageContext &context, QWidget *parent)
    : Card(parent),
      m_model(new models::FeedModel(
          [&bridge = context.bridge](const std::string &id) { return bridge.providerName(id); }, this)),
      m_view(new ModestList),
      m_stack(new QStackedLayout)
{
    setTitle(tr("Events"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new FeedDelegate(*m_model, *m_view));
    m_view->setAccessibleName(tr("Events, newest first"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setMouseTracking(true);
    m_view->setResizeMode(QListView::Adjust);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_stack->addWidget(m_view);
    m_stack->addWidget(new widgets::EmptyState(
        theme::Glyph::Info, tr("Nothing has happened yet. Fallbacks, breakers and notices appear here.")));
    m_stack->setCurrentIndex(EmptyFace);
    body()->addLayout(m_stack, 1);
    connect(m_view, &QListView::activated, this, [this](const QModelIndex &index) {
        if (const QString request = m_model->line(index.row()).request; !request.isEmpty()) {
            Q_EMIT openRequested(shell::PageId::Activity, request);
        }
    });
}

void FeedCard::show(const engine::Snapshot &snapshot)
{
    m_model->setFeed(snapshot.feed);
    m_stack->setCurrentIndex(snapshot.feed.empty() ? EmptyFace : ListFace);
}

} // namespace signalbox::overview
