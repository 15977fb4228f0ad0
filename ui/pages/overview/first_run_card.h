// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"
#include "ui/shell/page.h"
#include "ui/widgets/card.h"

class QLabel;
class QPushButton;

namespace signalbox::widgets {
class CopyField;
class StatusPill;
} // namespace signalbox::widgets

namespace signalbox::overview {

/// Shown until the first request has come: what to point a tool at, a line to try it with, and a button that
/// sends a request by itself and shows who answered.
class FirstRunCard : public widgets::Card
{
    Q_OBJECT

public:
    explicit FirstRunCard(const shell::PageContext &context, QWidget *parent = nullptr);
    void refresh();
    /// A test has been sent: its answer must not vanish with the card.
    bool hasAnswer() const { return m_asked; }

Q_SIGNALS:
    void openRequested(signalbox::shell::PageId page, const QString &what);

private:
    std::string chain() const;
    QString curl(const QString &token) const;
    void copyWithToken();
    void send();
    void showAnswer(const base::Result<engine::TestAnswer> &answer);

    engine::Engine &m_engine;
    bridge::EngineBridge &m_bridge;
    widgets::CopyField *m_curl;
    QLabel *m_tokenNote;
    QPushButton *m_withToken; ///< copies the line with a real token, without showing it
    QPushButton *m_send;
    QWidget *m_result;
    widgets::StatusPill *m_pill;
    QLabel *m_served;
    QLabel *m_text;
    QPushButton *m_open;
    QString m_request;
    bool m_asked = false;
};

} // namespace signalbox::overview
