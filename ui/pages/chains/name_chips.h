// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/foundation/config/config.h"

class QLineEdit;

namespace signalbox::parts {
class FlowLayout;
}

namespace signalbox::chains {

/// The model names a chain answers to, as chips: its own name, then the aliases. A chip is edited in place,
/// Enter takes the text over and Esc does not; an emptied alias goes. Owned by the chain header.
class NameChips : public QWidget
{
    Q_OBJECT

public:
    explicit NameChips(QWidget *parent = nullptr);

    void setChain(const config::ChainConfig &chain);
    void edit(int alias); ///< -1: the chain's own name; the number of aliases: a new one

Q_SIGNALS:
    void idEdited(const QString &id);
    void aliasesEdited(const std::vector<std::string> &aliases);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void rebuild();
    QWidget *makeChip(int alias);
    void commit(int alias, const QString &text);

    parts::FlowLayout *m_flow;
    config::ChainConfig m_chain;
    QLineEdit *m_edit = nullptr;
};

} // namespace signalbox::chains
