// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine.h"
#include "ui/widgets/card.h"

class QCheckBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace signalbox::widgets {
class FormRow;
class StatusPill;
} // namespace signalbox::widgets

namespace signalbox::settings {

/// Where and how tools reach Signalbox. Unlike the other settings it waits for Apply: a wrong port cuts every
/// tool off. Owned by the settings page.
class EndpointSettings : public widgets::Card
{
    Q_OBJECT

public:
    explicit EndpointSettings(QWidget *parent = nullptr);

    void setServer(const engine::ServerState &server);
    void setConfig(const config::ServerConfig &server); ///< keeps what was edited
    void applied();                                     ///< what is shown is in force
    config::ServerConfig edited() const;

Q_SIGNALS:
    void applyRequested();
    void retryRequested();

private:
    void showState();

    config::ServerConfig m_inForce;
    widgets::StatusPill *m_pill;
    QLabel *m_problem;
    QPushButton *m_retry;
    QSpinBox *m_port;
    widgets::FormRow *m_portRow;
    QCheckBox *m_requireToken;
    QLabel *m_consequence;
    QPushButton *m_apply;
};

} // namespace signalbox::settings
