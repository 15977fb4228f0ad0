// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidebar.h"

#include <QBoxLayout>
#include <QItemSelectionModel>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style_controls.h"

namespace signalbox::shell {

using theme::Role;

namespace {

constexpr int kPageRole = Qt::UserRole + 1;
constexpr int kGlyphRole = Qt::UserRole + 2;
constexpr int kIcon = 16;

class SidebarDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    bool narrow = false;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QRect r = option.rect.adjusted(0, 1, 0, -1);
        const bool current = option.state & QStyle::State_Selected;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (current || (option.state & QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            QColor ground = theme::color(Role::AccentWeak, option.palette);
            ground.setAlphaF(current ? 1.0F : 0.5F);
            painter->setBrush(ground);
            painter->drawRoundedRect(r, theme::controls::kControlRadius, theme::controls::kControlRadius);
        }
        if (current && (option.state & QStyle::State_HasFocus)
            && (option.state & QStyle::State_KeyboardFocusChange)) {
            theme::controls::focusRing(*painter, r, option.palette);
        }
        const QColor ink = theme::color(current ? Role::Accent : Role::Muted, option.palette);
        const QRectF icon(narrow ? r.center().x() - kIcon / 2.0 + 0.5 : r.left() + 10,
                          r.center().y() - kIcon / 2.0 + 0.5, kIcon, kIcon);
        theme::paintGlyph(*painter, static_cast<theme::Glyph>(index.data(kGlyphRole).toInt()), icon, ink);
        if (!narrow) {
            painter->setFont(
                theme::font(theme::TextSize::Body, current ? theme::Weight::Strong : theme::Weight::Regular));
            painter->setPen(ink);
            const QRect text = r.adjusted(10 + kIcon + 10, 0, -6, 0);
            painter->drawText(
                text, Qt::AlignVCenter | Qt::AlignLeft,
                painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        }
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), option.fontMetrics.height() + 18};
    }
};

} // namespace

Sidebar::Sidebar(const std::vector<PageEntry> &pages, QWidget *parent)
    : QWidget(parent),
      m_model(new QStandardItemModel(this)),
      m_selection(new QItemSelectionModel(m_model, this)),
      m_top(nullptr),
      m_bottom(nullptr)
{
    for (const PageEntry &page : pages) {
        auto *item = new QStandardItem(page.title);
        item->setData(static_cast<int>(page.id), kPageRole);
        item->setData(static_cast<int>(page.glyph), kGlyphRole);
        item->setData(page.title, Qt::AccessibleTextRole);
        item->setToolTip(page.title);
        m_model->appendRow(item);
    }
    m_top = makeView(false);
    m_bottom = makeView(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 9, 8);
    column->addWidget(m_top);
    column->addStretch(1);
    column->addWidget(m_bottom);
    connect(m_selection, &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        if (current.isValid()) {
            Q_EMIT chosen(static_cast<PageId>(current.data(kPageRole).toInt()));
        }
    });
    setFocusProxy(m_top);
    setNarrow(false);
}

QListView *Sidebar::makeView(bool settings)
{
    auto *view = new QListView;
    view->setModel(m_model);
    view->setSelectionModel(m_selection);
    view->setItemDelegate(new SidebarDelegate(view));
    view->setAccessibleName(settings ? tr("Settings page") : tr("Pages"));
    view->setFrameShape(QFrame::NoFrame);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setAutoScroll(false); // all rows are in sight; the current one may be in the other view
    view->setMouseTracking(true);
    view->viewport()->setAutoFillBackground(false);
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const auto page = static_cast<PageId>(m_model->index(row, 0).data(kPageRole).toInt());
        view->setRowHidden(row, (page == PageId::Settings) != settings);
    }
    return view;
}

void Sidebar::fitHeights()
{
    int rows[2] = {0, 0};
    for (int row = 0; row < m_model->rowCount(); ++row) {
        ++rows[m_top->isRowHidden(row) ? 1 : 0];
    }
    const int each = m_top->fontMetrics().height() + 18;
    m_top->setFixedHeight(rows[0] * each);
    m_bottom->setFixedHeight(rows[1] * each);
    m_bottom->setVisible(rows[1] > 0);
}

void Sidebar::setCurrent(PageId page)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex index = m_model->index(row, 0);
        if (static_cast<PageId>(index.data(kPageRole).toInt()) == page) {
            m_selection->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
        }
    }
}

void Sidebar::setNarrow(bool narrow)
{
    m_narrow = narrow;
    int widest = 0;
    const QFontMetrics metrics(theme::font(theme::TextSize::Body, theme::Weight::Strong));
    for (int row = 0; row < m_model->rowCount(); ++row) {
        widest = std::max(widest, metrics.horizontalAdvance(m_model->index(row, 0).data().toString()));
    }
    setFixedWidth(narrow ? 56 : std::max(168, widest + kIcon + 54));
    for (QListView *view : {m_top, m_bottom}) {
        static_cast<SidebarDelegate *>(view->itemDelegate())->narrow = narrow;
        view->viewport()->update();
    }
    fitHeights();
}

void Sidebar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(theme::color(Role::Border, palette()));
    painter.drawLine(width() - 1, 0, width() - 1, height());
}

} // namespace signalbox::shell
