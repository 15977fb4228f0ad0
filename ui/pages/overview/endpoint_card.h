// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"
#include "ui/widgets/card.h"

class QLabel;

namespace signalbox::widgets {
class CopyField;
class StatusPill;
} // namespace signalbox::widgets

namespace signalbox::overview {

/// Where tools find Signalbox, whether it listens, and what they need to be let in.
class EndpointCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit EndpointCard(const shell::PageContext &context, QWidget *parent = nullptr);
    void refresh();

Q_SIGNALS:
    void openRequested(signalbox::shell::PageId page, const QString &what);

private:
    engine::Engine &m_engine;
    widgets::StatusPill *m_pill;
    widgets::CopyField *m_url;
    QLabel *m_note;
};

} // namespace signalbox::overview
