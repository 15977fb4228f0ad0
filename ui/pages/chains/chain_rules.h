// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QPointer>

#include "ui/models/chain_draft.h"
#include "ui/widgets/card.h"

class QCheckBox;
class QVBoxLayout;

namespace signalbox::chains {

class SecondsField;

/// What makes the chain go on to its next step, and how long it may try in all. Changes go into the draft at
/// once. Owned by the page.
class ChainRules : public widgets::Card
{
    Q_OBJECT

public:
    explicit ChainRules(QWidget *parent = nullptr);

    void setDraft(models::ChainDraft *draft);

private:
    struct Rule {
        bool config::FallbackOn::*member;
        QCheckBox *box;
    };
    QCheckBox *addBox(const QString &text, const QString &key);
    void edit(const QString &what, const std::function<void(config::ChainPolicy &)> &change);
    void load();

    QVBoxLayout *m_boxes;
    QPointer<models::ChainDraft> m_draft;
    std::vector<Rule> m_rules;
    QCheckBox *m_ambiguous;
    SecondsField *m_deadline;
    bool m_loading = false;
};

} // namespace signalbox::chains
