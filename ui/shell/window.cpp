// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/window.h"

#include <QBoxLayout>
#include <QCloseEvent>
#include <QStackedWidget>

#include "ui/bridge/engine_bridge.h"
#include "ui/shell/info_stack.h"
#include "ui/shell/menus.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/status_strip.h"
#include "ui/shell/top_bar.h"
#include "ui/theme/app_icon.h"

namespace signalbox::shell {

namespace {
// The widest page, the chains, needs 790: wide enough with the whole sidebar from here on, with its icons
// from the smallest size on.
constexpr int kNarrowBelow = 960;
constexpr int kSmallest = 860;
} // namespace

MainWindow::MainWindow(engine::Engine &engine, WindowOptions options)
    : m_engine(engine),
      m_state(std::move(options.stateFile)),
      m_bridge(new bridge::EngineBridge(engine, this)),
      m_entries(allPages())
{
    setWindowTitle(QStringLiteral("Signalbox"));
    setWindowIcon(QIcon::fromTheme(QGuiApplication::desktopFileName(), theme::appIcon()));
    m_theme.setMode(m_state.theme());
    m_topBar = new TopBar(*m_bridge);
    m_sidebar = new Sidebar(m_entries);
    m_stack = new QStackedWidget;
    m_menus = new Menus(*this, m_entries, m_theme.mode(),
                        {[this] { m_topBar->copyUrl(); }, [this] { close(); },
                         [this](PageId page) { openPage(page); },
                         [this](theme::Mode mode) { m_theme.setMode(mode); }});
    layOut();
    connect(&m_theme, &theme::Theme::modeChanged, this, [this](theme::Mode mode) {
        m_state.setTheme(mode);
        m_menus->setTheme(mode);
    });
    connect(m_sidebar, &Sidebar::chosen, this, [this](PageId page) { openPage(page); });
    setMinimumSize(kSmallest, 480);
    if (!restoreGeometry(m_state.geometry())) {
        resize(1360, 860);
    }
    openPage(m_state.page());
    m_sidebar->setFocus();
}

MainWindow::~MainWindow()
{
    m_bridge->setWatched(false);
}

void MainWindow::layOut()
{
    auto *ground = new QWidget;
    auto *column = new QVBoxLayout(ground);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_topBar);
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_sidebar);
    auto *content = new QVBoxLayout;
    content->setSpacing(0);
    content->addWidget(new InfoStack(*m_bridge, ground));
    content->addWidget(m_stack, 1);
    row->addLayout(content, 1);
    column->addLayout(row, 1);
    auto *strip = new StatusStrip(*m_bridge);
    column->addWidget(strip);
    setCentralWidget(ground);
    connect(strip, &StatusStrip::openRequested, this, &MainWindow::openPage);
}

Page *MainWindow::pageOf(PageId id)
{
    if (const auto known = m_pages.find(id); known != m_pages.end()) {
        return known->second;
    }
    for (const PageEntry &entry : m_entries) {
        if (entry.id == id) {
            Page *page = entry.make({m_engine, *m_bridge, m_theme});
            m_pages.emplace(id, page);
            m_stack->addWidget(page);
            connect(page, &Page::openRequested, this, &MainWindow::openPage);
            connect(page, &Page::pageActionsChanged, this, [this, page] {
                if (page == m_active) {
                    m_menus->setPage(*page);
                }
            });
            return page;
        }
    }
    return nullptr;
}

void MainWindow::openPage(PageId id, const QString &what)
{
    Page *page = pageOf(id);
    if (!page) {
        return;
    }
    if (page != m_active) {
        if (m_active && isVisible()) {
            m_active->deactivated();
        }
        m_active = page;
        m_current = id;
        m_stack->setCurrentWidget(page);
        m_menus->setPage(*page);
        m_sidebar->setCurrent(id);
        if (isVisible()) {
            page->activated();
        }
    }
    if (!what.isEmpty()) {
        page->reveal(what);
    }
}

void MainWindow::raiseToFront()
{
    setWindowState((windowState() & ~Qt::WindowMinimized) | Qt::WindowActive);
    show();
    raise();
    activateWindow();
}

// Nobody looks: no snapshots are made and nothing is drawn.
void MainWindow::watch()
{
    const bool seen = isVisible() && !isMinimized();
    m_bridge->setWatched(seen);
    if (m_active) {
        seen ? m_active->activated() : m_active->deactivated();
    }
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    watch();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QMainWindow::hideEvent(event);
    watch();
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange) {
        watch();
    }
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_sidebar->setNarrow(width() < kNarrowBelow);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_state.setGeometry(saveGeometry());
    m_state.setPage(m_current);
    QMainWindow::closeEvent(event);
}

} // namespace signalbox::shell
