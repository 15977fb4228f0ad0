// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/menus.h"

#include <QActionGroup>
#include <QMainWindow>
#include <QMenuBar>

#include "ui/shell/about.h"

namespace signalbox::shell {

Menus::Menus(QMainWindow &window, const std::vector<PageEntry> &pages, theme::Mode mode, Calls calls)
    : QObject(&window), m_window(window), m_calls(std::move(calls))
{
    QMenu *file = window.menuBar()->addMenu(tr("&File"));
    QAction *copy = file->addAction(tr("&Copy base URL"));
    copy->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+C")));
    connect(copy, &QAction::triggered, this, [this] { m_calls.copyUrl(); });
    file->addSeparator();
    QAction *quit = file->addAction(tr("&Quit"));
    quit->setShortcut(QKeySequence(QStringLiteral("Ctrl+Q")));
    quit->setMenuRole(QAction::QuitRole);
    connect(quit, &QAction::triggered, this, [this] { m_calls.quit(); });

    QMenu *view = window.menuBar()->addMenu(tr("&View"));
    for (const PageEntry &page : pages) {
        QAction *action = view->addAction(theme::glyphIcon(page.glyph), page.title);
        action->setShortcut(QKeySequence(page.shortcut));
        connect(action, &QAction::triggered, this, [this, id = page.id] { m_calls.open(id); });
    }
    view->addSeparator();
    addThemes(*view, mode);

    m_pageMenu = window.menuBar()->addMenu(QString());
    QMenu *help = window.menuBar()->addMenu(tr("&Help"));
    QAction *about = help->addAction(tr("&About Signalbox"));
    about->setMenuRole(QAction::AboutRole);
    connect(about, &QAction::triggered, this, [this] { showAbout(&m_window); });
}

void Menus::addThemes(QMenu &view, theme::Mode mode)
{
    QMenu *themes = view.addMenu(tr("&Theme"));
    auto *group = new QActionGroup(this);
    const auto add = [&](const QString &text, theme::Mode which) {
        QAction *action = themes->addAction(text);
        action->setCheckable(true);
        action->setChecked(which == mode);
        group->addAction(action);
        m_themes.emplace(which, action);
        connect(action, &QAction::triggered, this, [this, which] { m_calls.setTheme(which); });
    };
    add(tr("As the &system"), theme::Mode::System);
    add(tr("&Light"), theme::Mode::Light);
    add(tr("&Dark"), theme::Mode::Dark);
}

void Menus::setTheme(theme::Mode mode)
{
    m_themes.at(mode)->setChecked(true);
}

void Menus::setPage(const Page &page)
{
    const QList<QAction *> actions = page.pageActions();
    m_pageMenu->clear();
    m_pageMenu->setTitle(page.title());
    m_pageMenu->addActions(actions);
    m_pageMenu->menuAction()->setVisible(!actions.isEmpty());
}

} // namespace signalbox::shell
