// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/settings/endpoint_settings.h"

#include <map>

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/form_row.h"
#include "ui/widgets/labels.h"

namespace signalbox::settings {

namespace {
/// Ports that programs of the same kind use unless told otherwise.
const std::map<int, const char *> kNeighbours{{1234, "LM Studio"},  {4000, "LiteLLM"},
                                              {8080, "llama.cpp"},  {11434, "Ollama"},
                                              {15721, "CC Switch"}, {31300, "Lens Loop"}};
constexpr int kRowWidth = 60; ///< characters
} // namespace

EndpointSettings::EndpointSettings(QWidget *parent)
    : Card(tr("Endpoint"), parent),
      m_pill(new widgets::StatusPill),
      m_problem(widgets::makeProse(QString())),
      m_retry(widgets::makeButton(tr("Try again"))),
      m_port(new QSpinBox),
      m_portRow(nullptr),
      m_requireToken(new QCheckBox(tr("Tools must send a token"))),
      m_consequence(widgets::makeProse(QString())),
      m_apply(widgets::makeButton(tr("Apply"), theme::ButtonKind::Primary))
{
    addTitleWidget(m_pill);
    m_port->setRange(1024, 65535);
    m_port->setGroupSeparatorShown(false);
    m_portRow = new widgets::FormRow(tr("Port"), m_port);
    m_portRow->setToolTip(tr("The port on 127.0.0.1 (server.port)"));
    m_portRow->setMaximumWidth(QFontMetrics(font()).averageCharWidth() * kRowWidth);
    m_requireToken->setToolTip(tr("server.requireToken"));
    m_consequence->setForegroundRole(QPalette::PlaceholderText);
    m_apply->setAccessibleName(tr("Apply endpoint settings"));
    auto *trouble = new QHBoxLayout;
    trouble->addWidget(m_problem, 1);
    trouble->addWidget(m_retry);
    body()->addLayout(trouble);
    body()->addWidget(m_portRow);
    body()->addWidget(m_requireToken);
    body()->addWidget(m_consequence);
    body()->addWidget(m_apply, 0, Qt::AlignLeft);
    connect(m_port, &QSpinBox::valueChanged, this, &EndpointSettings::showState);
    connect(m_requireToken, &QCheckBox::toggled, this, &EndpointSettings::showState);
    connect(m_apply, &QPushButton::clicked, this, &EndpointSettings::applyRequested);
    connect(m_retry, &QPushButton::clicked, this, &EndpointSettings::retryRequested);
}

void EndpointSettings::setServer(const engine::ServerState &server)
{
    m_pill->setLook(bridge::serverLook(server));
    m_problem->setText(bridge::text(server.problem));
    m_problem->setVisible(!server.problem.empty());
    m_retry->setVisible(!server.listening);
}

void EndpointSettings::setConfig(const config::ServerConfig &server)
{
    const bool unedited = edited() == m_inForce || m_inForce == config::ServerConfig();
    m_inForce = server;
    if (unedited) {
        applied();
    }
    showState();
}

void EndpointSettings::applied()
{
    m_port->setValue(m_inForce.port);
    m_requireToken->setChecked(m_inForce.requireToken);
}

config::ServerConfig EndpointSettings::edited() const
{
    auto server = m_inForce;
    server.port = static_cast<std::uint16_t>(m_port->value());
    server.requireToken = m_requireToken->isChecked();
    return server;
}

void EndpointSettings::showState()
{
    const auto neighbour = kNeighbours.find(m_port->value());
    m_portRow->setHint(neighbour != kNeighbours.end()
                           ? tr("%1 uses this port too").arg(QString::fromLatin1(neighbour->second))
                       : m_port->value() != m_inForce.port
                           ? tr("Every tool needs the new base URL afterwards")
                           : QString());
    m_consequence->setText(m_requireToken->isChecked()
                               ? tr("A program without a token gets 401. Nobody on this computer can spend "
                                    "your money unnoticed.")
                               : tr("Any program and any user on this computer can send requests at your "
                                    "cost. Web pages are still refused."));
    m_apply->setEnabled(edited() != m_inForce);
}

} // namespace signalbox::settings
