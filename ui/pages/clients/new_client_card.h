// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/config/config.h"
#include "ui/widgets/card.h"

class QComboBox;
class QPushButton;

namespace signalbox::widgets {
class FormRow;
}

namespace signalbox::clients {

/// Gives a tool a name, a chain and with them a token. Owned by the page.
class NewClientCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit NewClientCard(QWidget *parent = nullptr);

    void begin(const config::Config &config);

Q_SIGNALS:
    /// `toolId` is empty for a name of the user's own.
    void createRequested(const signalbox::config::ClientConfig &client, const QString &toolId);
    void cancelled();

private:
    void check();
    std::string id() const;

    std::vector<std::string> m_taken;
    QComboBox *m_name;
    widgets::FormRow *m_nameRow;
    QComboBox *m_chain;
    QPushButton *m_create;
};

} // namespace signalbox::clients
