// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <vector>

#include <QObject>

#include "ui/shell/page_registry.h"
#include "ui/theme/theme.h"

class QMainWindow;
class QMenu;

namespace signalbox::shell {

/// The menu bar. Every entry does something; the menu of the current page holds what the page offers.
class Menus : public QObject
{
    Q_OBJECT

public:
    struct Calls {
        std::function<void()> copyUrl;
        std::function<void()> quit;
        std::function<void(PageId)> open;
        std::function<void(theme::Mode)> setTheme;
    };
    Menus(QMainWindow &window, const std::vector<PageEntry> &pages, theme::Mode mode, Calls calls);

    void setPage(const Page &page);
    void setTheme(theme::Mode mode); ///< it was chosen somewhere else

private:
    void addThemes(QMenu &view, theme::Mode mode);

    QMainWindow &m_window;
    Calls m_calls;
    QMenu *m_pageMenu = nullptr;
    std::map<theme::Mode, QAction *> m_themes;
};

} // namespace signalbox::shell
