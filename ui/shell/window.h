// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include <QMainWindow>

#include "ui/shell/page_registry.h"
#include "ui/shell/window_state.h"

class QStackedWidget;

namespace signalbox::shell {

class InfoStack;
class Menus;
class Sidebar;
class TopBar;

struct WindowOptions {
    std::string stateFile; ///< where geometry, page and theme are remembered; empty: nowhere
};

/// The frame: bars, sidebar, menus and the stack of pages, which own everything else. GUI thread; the engine
/// outlives it.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(engine::Engine &engine, WindowOptions options = {});
    ~MainWindow() override;

    /// For a second start: shows the window, whatever state it is in.
    void raiseToFront();
    void openPage(PageId page, const QString &what = QString());
    PageId currentPage() const { return m_current; }
    theme::Theme &theme() { return m_theme; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void layOut();
    Page *pageOf(PageId id);
    void watch();

    engine::Engine &m_engine;
    WindowState m_state;
    theme::Theme m_theme;
    bridge::EngineBridge *m_bridge;
    std::vector<PageEntry> m_entries;
    std::map<PageId, Page *> m_pages;
    TopBar *m_topBar;
    Sidebar *m_sidebar;
    QStackedWidget *m_stack;
    Menus *m_menus;
    PageId m_current = PageId::Overview;
    Page *m_active = nullptr; ///< the page that has been told that it is in view
};

} // namespace signalbox::shell
