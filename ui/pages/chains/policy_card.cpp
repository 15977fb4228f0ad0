// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/policy_card.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSpinBox>

#include "ui/pages/chains/seconds_field.h"
#include "ui/widgets/form_row.h"

namespace signalbox::chains {

using config::ChainConfig;

PolicyCard::PolicyCard(const QString &title, QWidget *parent) : Card(title, parent) {}

widgets::FormRow *PolicyCard::addRow(const Text &text, QWidget *field)
{
    auto *row = new widgets::FormRow(text.label, field);
    row->setLabelWidth(formLabelWidth(font()));
    row->setToolTip(tr("%1 (chains[].%2)").arg(text.says, text.key));
    body()->addWidget(row);
    field->installEventFilter(this);
    for (auto *part : field->findChildren<QWidget *>()) {
        part->installEventFilter(this);
    }
    return row;
}

QCheckBox *PolicyCard::addFlag(const Text &text, Member<bool> member)
{
    auto *box = new QCheckBox(text.label);
    box->setAccessibleName(text.label);
    box->setToolTip(tr("%1 (chains[].%2)").arg(text.says, text.key));
    body()->addWidget(box);
    connect(box, &QCheckBox::clicked, this, [this, member, change = text.change](bool on) {
        edit(change, [=](ChainConfig &chain) { member(chain) = on; });
    });
    whenShown([box, member](ChainConfig &chain) { box->setChecked(member(chain)); });
    return box;
}

QSpinBox *PolicyCard::addNumber(const Text &text, int least, int most, Member<int> member)
{
    auto *spin = new Calm<QSpinBox>;
    spin->setRange(least, most);
    spin->setGroupSeparatorShown(true);
    spin->setKeyboardTracking(false); // one undo for what is typed, not one per digit
    spin->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    spin->setMinimumWidth(80);
    addRow(text, spin);
    connect(spin, &QSpinBox::valueChanged, this, [this, member, change = text.change](int value) {
        edit(change, [=](ChainConfig &chain) { member(chain) = value; });
    });
    whenShown([spin, member](ChainConfig &chain) { spin->setValue(member(chain)); });
    return spin;
}

SecondsField *PolicyCard::addSeconds(const Text &text, Range range, Member<config::Ms> member)
{
    auto *field = new SecondsField(range.least, range.most);
    field->setKeyboardTracking(false);
    addRow(text, field);
    connect(field, &SecondsField::valueChanged, this, [this, field, member, change = text.change] {
        edit(change, [=](ChainConfig &chain) { member(chain) = field->limit(); });
    });
    whenShown([field, member](ChainConfig &chain) { field->setLimit(member(chain)); });
    return field;
}

QComboBox *PolicyCard::addChoice(const Text &text, const QStringList &words,
                                 std::function<int(ChainConfig &)> get,
                                 std::function<void(ChainConfig &, int)> set)
{
    auto *box = new Calm<QComboBox>;
    box->addItems(words);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    addRow(text, box);
    connect(box, &QComboBox::activated, this, [this, set, change = text.change](int index) {
        edit(change, [&](ChainConfig &chain) { set(chain, index); });
    });
    whenShown([box, get](ChainConfig &chain) { box->setCurrentIndex(get(chain)); });
    return box;
}

void PolicyCard::setDraft(models::ChainDraft *draft)
{
    if (m_draft != draft) {
        if (m_draft) {
            m_draft->disconnect(this);
        }
        m_draft = draft;
        if (draft) {
            connect(draft, &models::ChainDraft::headEdited, this, &PolicyCard::load);
        }
    }
    load();
}

void PolicyCard::edit(const QString &change, const std::function<void(ChainConfig &)> &how)
{
    if (m_draft && !m_loading) {
        auto head = m_draft->head();
        how(head);
        m_draft->editHead(change, head);
    }
}

bool PolicyCard::eventFilter(QObject *watched, QEvent *event)
{
    return isUndoOfChain(event) || Card::eventFilter(watched, event);
}

void PolicyCard::load()
{
    setEnabled(m_draft);
    if (!m_draft) {
        return;
    }
    m_loading = true;
    auto head = m_draft->head();
    for (const auto &show : m_shows) {
        show(head);
    }
    m_loading = false;
}

} // namespace signalbox::chains
