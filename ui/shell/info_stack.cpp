// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/info_stack.h"

#include <QAccessible>
#include <QBoxLayout>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"

namespace signalbox::shell {

using theme::Tone;
using widgets::InfoBar;

namespace {

constexpr std::size_t kInView = 2;
constexpr char kSubject[] = "signalboxSubject";

Tone toneOf(events::Notice::Kind kind)
{
    using Kind = events::Notice::Kind;
    switch (kind) {
    case Kind::Info:
    case Kind::ConfigApplied:
        return Tone::Accent;
    case Kind::ConfigRejected:
    case Kind::KeyProblem:
        return Tone::Caution;
    case Kind::LedgerProblem:
    case Kind::ServerProblem:
        break;
    }
    return Tone::Danger;
}

} // namespace

InfoStack::InfoStack(bridge::EngineBridge &bridge, QWidget *parent) : QWidget(parent), m_bridge(bridge)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 0);
    column->setSpacing(8);
    connect(&bridge, &bridge::EngineBridge::noticeRaised, this, &InfoStack::onNotice);
    connect(&bridge, &bridge::EngineBridge::serverChanged, this, &InfoStack::onServer);
    onServer();
    arrange();
}

int InfoStack::waiting() const
{
    return static_cast<int>(m_bars.size() - std::min(m_bars.size(), kInView));
}

// A second message about the same thing replaces the first.
void InfoStack::onNotice(const events::Notice &notice)
{
    const QString subject = QStringLiteral("%1/%2").arg(int(notice.kind)).arg(bridge::text(notice.subject));
    for (InfoBar *bar : m_bars) {
        if (bar->property(kSubject).toString() == subject) {
            bar->setText(bridge::text(notice.text));
            return;
        }
    }
    add(toneOf(notice.kind), subject, bridge::text(notice.text));
}

void InfoStack::onServer()
{
    const engine::ServerState &server = m_bridge.engine().server();
    if (server.listening || server.problem.empty()) {
        if (m_server) {
            remove(m_server);
        }
        return;
    }
    if (m_server) {
        m_server->setText(bridge::text(server.problem));
        return;
    }
    m_server = add(Tone::Danger, QStringLiteral("server"), bridge::text(server.problem));
    m_server->setAction(tr("Retry"), [this] { m_bridge.engine().retryListening(); });
}

InfoBar *InfoStack::add(Tone tone, const QString &subject, const QString &text)
{
    auto *bar = new InfoBar(tone, text, this);
    bar->setProperty(kSubject, subject);
    layout()->addWidget(bar);
    m_bars.push_back(bar);
    connect(bar, &InfoBar::dismissed, this, [this, bar] { remove(bar); });
    arrange();
    QAccessibleEvent alert(bar, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    return bar;
}

void InfoStack::remove(InfoBar *bar)
{
    std::erase(m_bars, bar);
    if (bar == m_server) {
        m_server = nullptr;
    }
    bar->hide();
    bar->deleteLater();
    arrange();
}

void InfoStack::arrange()
{
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        m_bars[i]->setVisible(i < kInView);
    }
    setVisible(!m_bars.empty());
}

} // namespace signalbox::shell
