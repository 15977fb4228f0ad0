// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/preset_picker.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>

#include "ui/bridge/format.h"
#include "ui/pages/parts/two_line_delegate.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/labels.h"

namespace signalbox::providers {

namespace {
constexpr int kIdRole = Qt::UserRole + 1;
constexpr int kSubtitleRole = Qt::UserRole + 2;
constexpr int kSearchRole = Qt::UserRole + 3;

QString subtitle(const engine::PresetView &preset)
{
    if (preset.id == "simulated") {
        return PresetPicker::tr("on this computer, no key");
    }
    if (preset.baseUrlRequired) {
        return PresetPicker::tr("your address");
    }
    if (preset.local) {
        return PresetPicker::tr("on this computer");
    }
    return preset.needsKey ? PresetPicker::tr("needs a key") : PresetPicker::tr("no key");
}
} // namespace

PresetPicker::PresetPicker(QWidget *parent) : QWidget(parent), m_search(new QLineEdit)
{
    m_found.setSourceModel(&m_presets);
    m_found.setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_found.setFilterRole(kSearchRole);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search providers"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_tiles = parts::makeSideList(tr("Providers to add"), new parts::TwoLineDelegate(kSubtitleRole, this));
    m_tiles->setModel(&m_found);
    m_tiles->setFlow(QListView::LeftToRight);
    m_tiles->setWrapping(true);
    m_tiles->setResizeMode(QListView::Adjust);
    const QFontMetrics metrics(font());
    m_tiles->setGridSize(QSize(metrics.averageCharWidth() * 30, metrics.height() * 2 + 26));
    auto *cancel = widgets::makeButton(tr("Cancel"));
    auto *card = new widgets::Card(tr("Add a provider"));
    card->addTitleWidget(cancel);
    card->body()->addWidget(m_search);
    card->body()->addWidget(m_tiles, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(card);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_found.setFilterFixedString(text.trimmed());
        m_tiles->setCurrentIndex(m_found.index(0, 0));
    });
    connect(m_search, &QLineEdit::returnPressed, this, &PresetPicker::pickCurrent);
    connect(m_tiles, &QListView::activated, this, &PresetPicker::pickCurrent);
    connect(m_tiles, &QListView::clicked, this, &PresetPicker::pickCurrent);
    connect(cancel, &QPushButton::clicked, this, &PresetPicker::cancelled);
}

void PresetPicker::setPresets(const std::vector<engine::PresetView> &presets)
{
    m_presets.clear();
    for (const auto &preset : presets) {
        auto *item = new QStandardItem(bridge::text(preset.name));
        item->setData(bridge::text(preset.id), kIdRole);
        item->setData(subtitle(preset), kSubtitleRole);
        item->setData(subtitle(preset), Qt::AccessibleDescriptionRole);
        item->setData(
            QStringList({bridge::text(preset.name), bridge::text(preset.id), bridge::text(preset.baseUrl)})
                .join(u' '),
            kSearchRole);
        item->setEditable(false);
        m_presets.appendRow(item);
    }
}

void PresetPicker::begin()
{
    m_search->clear();
    m_tiles->setCurrentIndex(m_found.index(0, 0));
    m_search->setFocus();
}

void PresetPicker::pickCurrent()
{
    if (const auto id = m_tiles->currentIndex().data(kIdRole).toString(); !id.isEmpty()) {
        Q_EMIT picked(id);
    }
}

/// Down goes from the search to what it found, Esc out of the whole.
bool PresetPicker::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down) {
            m_tiles->setFocus();
            return true;
        }
        if (key == Qt::Key_Escape) {
            Q_EMIT cancelled();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace signalbox::providers
