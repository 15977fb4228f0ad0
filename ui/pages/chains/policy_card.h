// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QPointer>

#include "ui/models/chain_draft.h"
#include "ui/widgets/card.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace signalbox::widgets {
class FormRow;
}

namespace signalbox::chains {

class SecondsField;

/// A card with settings of the whole chain. Each field says which member it edits; changes go into the draft
/// at once, one undo each, and undo shows in the fields. Owned by the page.
class PolicyCard : public widgets::Card
{
    Q_OBJECT

public:
    void setDraft(models::ChainDraft *draft);

protected:
    /// What a field is called, where it stands in the file, and what a change of it is called in Undo.
    struct Text {
        QString label;
        QString key; ///< below chains[]
        QString says;
        QString change;
    };
    template<typename T>
    using Member = T &(*)(config::ChainConfig &);
    struct Range {
        config::Ms least;
        config::Ms most;
    };

    explicit PolicyCard(const QString &title, QWidget *parent = nullptr);

    QCheckBox *addFlag(const Text &text, Member<bool> member);
    QSpinBox *addNumber(const Text &text, int least, int most, Member<int> member);
    SecondsField *addSeconds(const Text &text, Range range, Member<config::Ms> member);
    /// `words` in the order of the enum.
    template<typename E>
    QComboBox *addChoice(const Text &text, const QStringList &words, Member<E> member)
    {
        return addChoice(
            text, words, [member](config::ChainConfig &chain) { return static_cast<int>(member(chain)); },
            [member](config::ChainConfig &chain, int index) { member(chain) = static_cast<E>(index); });
    }
    QComboBox *addChoice(const Text &text, const QStringList &words,
                         std::function<int(config::ChainConfig &)> get,
                         std::function<void(config::ChainConfig &, int)> set);
    widgets::FormRow *addRow(const Text &text, QWidget *field);
    /// Called with the chain whenever it changes, after the fields.
    void whenShown(std::function<void(config::ChainConfig &)> show) { m_shows.push_back(std::move(show)); }
    bool eventFilter(QObject *watched, QEvent *event) override;
    void edit(const QString &change, const std::function<void(config::ChainConfig &)> &how);

private:
    void load();

    QPointer<models::ChainDraft> m_draft;
    std::vector<std::function<void(config::ChainConfig &)>> m_shows;
    bool m_loading = false;
};

} // namespace signalbox::chains
