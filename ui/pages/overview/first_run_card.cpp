// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/first_run_card.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QPointer>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::overview {

using theme::Mark;
using theme::Tone;

FirstRunCard::FirstRunCard(const shell::PageContext &context, QWidget *parent)
    : Card(parent),
      m_engine(context.engine),
      m_bridge(context.bridge),
      m_curl(new widgets::CopyField(tr("curl command"))),
      m_tokenNote(widgets::makeProse({})),
      m_withToken(widgets::makeButton(tr("Copy with the token"), widgets::ButtonKind::Link)),
      m_send(widgets::makeButton(tr("Send a test request"), widgets::ButtonKind::Primary)),
      m_result(new QWidget),
      m_pill(new widgets::StatusPill),
      m_served(widgets::makeLabel({})),
      m_text(widgets::makeProse({})),
      m_open(widgets::makeButton(tr("Show what happened"), widgets::ButtonKind::Link)),
      m_hide(widgets::makeButton(tr("Hide"), widgets::ButtonKind::Link))
{
    setTitle(tr("Send the first request"));
    m_hide->setAccessibleName(tr("Hide how to send the first request"));
    addTitleWidget(m_hide);
    m_hide->hide();
    connect(m_hide, &QPushButton::clicked, this, [this] {
        m_asked = false;
        Q_EMIT hideRequested();
    });
    body()->addWidget(widgets::makeProse(tr(
        "Signalbox answers on this machine as the APIs of OpenAI and Anthropic do, and sends each request "
        "down a chain of "
        "providers until one answers. The chain “demo” needs no key and no network: its first provider says "
        "429 half of the time, then the second one answers.")));
    body()->addWidget(widgets::makeMutedLabel(tr("From a terminal:")));
    body()->addWidget(m_curl);
    m_tokenNote->setForegroundRole(QPalette::PlaceholderText);
    auto *token = new QHBoxLayout;
    token->addWidget(m_tokenNote, 1);
    token->addWidget(m_withToken);
    body()->addLayout(token);
    connect(m_withToken, &QPushButton::clicked, this, &FirstRunCard::copyWithToken);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_send);
    buttons->addStretch(1);
    body()->addLayout(buttons);
    auto *result = new QVBoxLayout(m_result);
    result->setContentsMargins(0, 8, 0, 0);
    auto *line = new QHBoxLayout;
    line->addWidget(m_pill);
    line->addWidget(m_served);
    line->addWidget(m_open);
    line->addStretch(1);
    result->addLayout(line);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    result->addWidget(m_text);
    body()->addWidget(m_result);
    m_result->hide();
    connect(m_send, &QPushButton::clicked, this, &FirstRunCard::send);
    connect(m_open, &QPushButton::clicked, this,
            [this] { Q_EMIT openRequested(shell::PageId::Activity, m_request); });
    refresh();
}

std::string FirstRunCard::chain() const
{
    const auto config = m_engine.config();
    if (config->chain("demo") || config->chains.empty()) {
        return "demo";
    }
    return config->chains.front().id;
}

QString FirstRunCard::curl(const QString &token) const
{
    const QString auth = m_engine.config()->server.requireToken
                             ? QStringLiteral(" -H 'Authorization: Bearer %1'").arg(token)
                             : QString();
    return QStringLiteral("curl %1/chat/completions%2 -H 'Content-Type: application/json' -d "
                          "'{\"model\":\"%3\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'")
        .arg(bridge::text(m_engine.server().baseUrl), auth, bridge::text(chain()));
}

void FirstRunCard::refresh()
{
    const bool listening = m_engine.server().listening;
    const auto config = m_engine.config();
    const bool token = config->server.requireToken;
    m_curl->setText(listening ? curl(QStringLiteral("YOUR_TOKEN")) : QString());
    m_tokenNote->setText(config->clients.empty()
                             ? tr("YOUR_TOKEN is the token of a tool: the page Clients makes one.")
                             : tr("YOUR_TOKEN is the token of a tool, here “%1”: the page Clients shows it.")
                                   .arg(bridge::text(config->clients.front().id)));
    m_tokenNote->setVisible(token);
    m_withToken->setVisible(token && listening && !config->clients.empty());
    m_send->setEnabled(listening);
}

void FirstRunCard::copyWithToken()
{
    const auto config = m_engine.config();
    if (config->clients.empty()) {
        return;
    }
    m_engine.revealClientToken(
        config->clients.front().id, [card = QPointer(this)](const base::Result<std::string> &token) {
            if (!card) {
                return;
            }
            if (token) {
                QGuiApplication::clipboard()->setText(card->curl(bridge::text(*token)));
                card->m_tokenNote->setText(tr("Copied with the token: paste it into a terminal."));
            } else {
                card->m_tokenNote->setText(bridge::text(token.error().message));
            }
        });
}

void FirstRunCard::send()
{
    m_asked = true;
    m_send->setEnabled(false);
    m_send->setText(tr("Waiting for the answer…"));
    m_engine.sendTestRequest(chain(),
                             [card = QPointer(this)](const base::Result<engine::TestAnswer> &answer) {
                                 if (card) {
                                     card->showAnswer(answer);
                                 }
                             });
}

void FirstRunCard::showAnswer(const base::Result<engine::TestAnswer> &answer)
{
    m_send->setEnabled(true);
    m_send->setText(tr("Send another"));
    m_result->show();
    m_hide->show();
    m_open->setVisible(answer && !answer->id.empty());
    if (!answer) {
        m_pill->setLook({Tone::Danger, Mark::Square, tr("Not sent")});
        m_served->clear();
        m_text->setText(bridge::text(answer.error().message));
        return;
    }
    const bool good = answer->status >= 200 && answer->status < 300;
    m_request = bridge::text(answer->id.text());
    m_pill->setLook(!good
                        ? widgets::PillLook{Tone::Danger, Mark::Square, tr("Refused, %1").arg(answer->status)}
                    : answer->attempts > 1 ? widgets::PillLook{Tone::Caution, Mark::Diamond, tr("Fallback")}
                                           : widgets::PillLook{Tone::Ok, Mark::Circle, tr("Answered")});
    const std::string provider = answer->servedBy.substr(0, answer->servedBy.find('/'));
    const QString tries = answer->attempts == 1 ? tr("1 attempt") : tr("%1 attempts").arg(answer->attempts);
    m_served->setText(provider.empty() ? tries : tr("by %1, %2").arg(m_bridge.providerName(provider), tries));
    m_text->setText(bridge::text(answer->text));
}

} // namespace signalbox::overview
