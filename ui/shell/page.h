// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include <QAction>
#include <QList>
#include <QWidget>

namespace signalbox::engine {
class Engine;
}
namespace signalbox::bridge {
class EngineBridge;
}
namespace signalbox::theme {
class Theme;
}

namespace signalbox::shell {

enum class PageId : std::uint8_t { Overview, Chains, Providers, Activity, Spend, Clients, Settings };

/// What a page may use. Everything outlives the pages.
struct PageContext {
    engine::Engine &engine;
    bridge::EngineBridge &bridge;
    theme::Theme &theme;
};

/// One page of the window. Built when it is first shown; owned by the window.
class Page : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual QString title() const = 0;
    /// The page has come into view, or has left it: a page out of view draws and asks nothing.
    virtual void activated() {}
    virtual void deactivated() {}
    /// For the menu named after the page; they live as long as the page. Empty: no menu.
    virtual QList<QAction *> pageActions() const { return {}; }
    /// Shows one thing: a provider id, a chain id, a request id, …; empty: nothing in particular.
    virtual void reveal(const QString &what) { Q_UNUSED(what) }

Q_SIGNALS:
    /// Asks the window for another page, which is then told to reveal `what`.
    void openRequested(signalbox::shell::PageId page, const QString &what);
    void pageActionsChanged();
};

} // namespace signalbox::shell
