// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/name_chips.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QTimer>

#include "ui/bridge/format.h"
#include "ui/pages/parts/flow_layout.h"
#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style_controls.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/labels.h"

namespace signalbox::chains {

namespace {
/// A bordered box around the buttons of one name.
class Chip : public QWidget
{
public:
    Chip() : row(new QHBoxLayout(this))
    {
        row->setContentsMargins(2, 1, 2, 1);
        row->setSpacing(0);
    }
    QHBoxLayout *row;

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(theme::color(theme::Role::Border, palette()));
        painter.setBrush(theme::color(theme::Role::Surface, palette()));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5),
                                theme::controls::kControlRadius, theme::controls::kControlRadius);
    }
};
} // namespace

NameChips::NameChips(QWidget *parent) : QWidget(parent), m_flow(new parts::FlowLayout(6, this))
{
    auto policy = sizePolicy();
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void NameChips::setChain(const config::ChainConfig &chain)
{
    if (chain.id == m_chain.id && chain.aliases == m_chain.aliases && m_flow->count() > 0) {
        return;
    }
    m_chain = chain;
    rebuild();
}

void NameChips::rebuild()
{
    m_edit = nullptr;
    while (auto *item = m_flow->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // one of them may be what brought us here
        delete item;
    }
    const int aliases = static_cast<int>(m_chain.aliases.size());
    auto *own = makeChip(-1);
    auto *lead = widgets::makeMutedLabel(tr("When a request names model"));
    lead->setMinimumHeight(own->sizeHint().height());
    m_flow->insertWidget(0, lead);
    m_flow->insertWidget(1, own);
    for (int alias = 0; alias < aliases; ++alias) {
        m_flow->insertWidget(m_flow->count(), makeChip(alias));
    }
    auto *add = widgets::makeButton(tr("+ Name"));
    add->setToolTip(tr("Another model name this chain answers to; * stands for anything (chains[].aliases)"));
    add->setAccessibleName(tr("Add a model name"));
    connect(add, &QPushButton::clicked, this, [this, aliases] { edit(aliases); });
    m_flow->insertWidget(m_flow->count(), add);
    updateGeometry();
}

QWidget *NameChips::makeChip(int alias)
{
    const bool own = alias < 0;
    const auto name = bridge::text(own ? m_chain.id : m_chain.aliases[static_cast<std::size_t>(alias)]);
    auto *chip = new Chip;
    chip->setParent(this);
    const auto shown = QFontMetrics(theme::monoFont()).elidedText(name, Qt::ElideMiddle, 280);
    auto *button =
        widgets::makeButton(QString(shown).replace(u'&', QStringLiteral("&&")), theme::ButtonKind::Flat);
    button->setFont(theme::monoFont());
    button->setLayoutDirection(Qt::LeftToRight); // "gpt-5*", not "*gpt-5"
    button->setAccessibleName(own ? tr("Chain name %1").arg(name) : tr("Model name %1").arg(name));
    button->setToolTip(own ? tr("%1: the chain's own name; click to rename (chains[].id)").arg(name)
                           : tr("%1: click to edit (chains[].aliases)").arg(name));
    connect(button, &QPushButton::clicked, this, [this, alias] { edit(alias); });
    chip->row->addWidget(button);
    if (!own) {
        auto *remove = widgets::makeIconButton(theme::Glyph::Close, tr("Remove model name %1").arg(name));
        connect(remove, &QPushButton::clicked, this, [this, alias] { commit(alias, QString()); });
        const int side = button->sizeHint().height();
        remove->setIconSize(QSize(side / 2, side / 2));
        remove->setFixedSize(side - 4, side);
        chip->row->addWidget(remove);
    }
    return chip;
}

void NameChips::edit(int alias)
{
    const int place = alias + 2; // behind the label and the chain's own name
    const bool fresh = alias == static_cast<int>(m_chain.aliases.size());
    auto *item = m_flow->takeAt(place);
    item->widget()->hide();
    item->widget()->deleteLater();
    delete item;
    m_edit = new QLineEdit(this);
    m_edit->setFont(theme::monoFont());
    m_edit->setAccessibleName(alias < 0 ? tr("Chain name") : tr("Model name"));
    m_edit->setPlaceholderText(tr("gpt-5*"));
    m_edit->setMinimumWidth(QFontMetrics(m_edit->font()).averageCharWidth() * 22);
    if (!fresh) {
        m_edit->setText(
            bridge::text(alias < 0 ? m_chain.id : m_chain.aliases[static_cast<std::size_t>(alias)]));
        m_edit->selectAll();
    }
    m_flow->insertWidget(place, m_edit);
    m_edit->installEventFilter(this);
    m_edit->show();
    m_edit->setFocus();
    connect(m_edit, &QLineEdit::editingFinished, this, [this, alias, field = m_edit] {
        if (field == m_edit) {
            commit(alias, field->text().trimmed());
        }
    });
    updateGeometry();
}

bool NameChips::eventFilter(QObject *watched, QEvent *event)
{
    const bool escape =
        event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape;
    if (watched == m_edit && escape) {
        rebuild();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void NameChips::commit(int alias, const QString &text)
{
    m_edit = nullptr; // losing the focus on the way out is no second commit
    if (alias < 0) {
        rebuild();
        if (!text.isEmpty() && bridge::utf8(text) != m_chain.id) {
            Q_EMIT idEdited(text);
        }
        return;
    }
    auto aliases = m_chain.aliases;
    const auto at = static_cast<std::size_t>(alias);
    if (at == aliases.size()) {
        aliases.emplace_back();
    }
    aliases[at] = bridge::utf8(text);
    std::erase(aliases, std::string());
    rebuild();
    if (aliases != m_chain.aliases) {
        Q_EMIT aliasesEdited(aliases);
    }
}

} // namespace signalbox::chains
