// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/window.h"

#include <QMenuBar>
#include <QPushButton>
#include <QSet>
#include <QTemporaryDir>

#include "tests/support/fake_engine.h"
#include "tests/support/registry.h"
#include "ui/shell/info_stack.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/info_bar.h"

namespace signalbox::shell {

using test::FakeEngine;
using State = FakeEngine::State;

namespace {

QPushButton *buttonWith(QWidget &root, const QString &text)
{
    for (QPushButton *button : root.findChildren<QPushButton *>()) {
        if (button->isVisibleTo(&root) && button->text().contains(text)) {
            return button;
        }
    }
    return nullptr;
}

void collect(const QMenu &menu, QList<QAction *> &actions)
{
    for (QAction *action : menu.actions()) {
        if (action->menu()) {
            collect(*action->menu(), actions);
        } else if (!action->isSeparator()) {
            actions << action;
        }
    }
}

QList<QAction *> menuActions(const QMainWindow &window)
{
    QList<QAction *> actions;
    for (QAction *top : window.menuBar()->actions()) {
        collect(*top->menu(), actions);
    }
    return actions;
}

} // namespace

class MainWindowTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void buildsAPageWhenItIsFirstShown()
    {
        FakeEngine engine;
        MainWindow window(engine);
        window.show();
        QCOMPARE(window.findChildren<Page *>().size(), 1);
        window.openPage(PageId::Activity);
        QCOMPARE(window.findChildren<Page *>().size(), 2);
        window.openPage(PageId::Overview);
        window.openPage(PageId::Activity);
        QCOMPARE(window.findChildren<Page *>().size(), 2);
        QCOMPARE(window.currentPage(), PageId::Activity);
    }

    void isWatchedOnlyWhileSeen()
    {
        FakeEngine engine;
        MainWindow window(engine);
        QVERIFY(!engine.watched);
        window.show();
        QVERIFY(engine.watched);
        window.hide();
        QVERIFY(!engine.watched);
        window.raiseToFront();
        QVERIFY(engine.watched);
        window.setWindowState(Qt::WindowMinimized);
        QTRY_VERIFY(!engine.watched);
        window.raiseToFront();
        QTRY_VERIFY(engine.watched);
    }

    void remembersPageThemeAndSize()
    {
        const QTemporaryDir folder;
        const std::string file = folder.filePath(QStringLiteral("state/window.ini")).toStdString();
        FakeEngine engine;
        {
            MainWindow window(engine, {file});
            window.show();
            window.resize(1000, 700);
            window.openPage(PageId::Spend);
            for (QAction *action : menuActions(window)) {
                if (action->text() == QStringLiteral("&Dark")) {
                    action->trigger();
                }
            }
            QVERIFY(window.theme().isDark());
            window.close();
        }
        MainWindow window(engine, {file});
        QCOMPARE(window.currentPage(), PageId::Spend);
        QCOMPARE(window.size(), QSize(1000, 700));
        QCOMPARE(window.theme().mode(), theme::Mode::Dark);
        window.theme().setMode(theme::Mode::Light);
    }

    void startsAfreshFromABrokenStateFile()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("window.ini"));
        QFile broken(file);
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("\x00\xff[[[geometry=@ByteArray(nonsense)\npage=99\ntheme=pink");
        broken.close();
        FakeEngine engine;
        const MainWindow window(engine, {file.toStdString()});
        QCOMPARE(window.currentPage(), PageId::Overview);
        QCOMPARE(window.size(), QSize(1360, 860));
    }

    void everyMenuEntryHasWordsAndItsOwnShortcut()
    {
        FakeEngine engine;
        MainWindow window(engine);
        window.show();
        for (const PageEntry &page : allPages()) {
            window.openPage(page.id);
            QSet<QString> shortcuts;
            for (const QAction *action : menuActions(window)) {
                QVERIFY(!action->text().isEmpty());
                const QString shortcut = action->shortcut().toString();
                QVERIFY2(shortcut.isEmpty() || !shortcuts.contains(shortcut), qPrintable(shortcut));
                shortcuts.insert(shortcut);
            }
        }
    }

    void thePortProblemOffersRetryAndGoesWhenSolved()
    {
        FakeEngine engine(State::Down);
        MainWindow window(engine);
        window.show();
        const auto bars = [&] {
            int shown = 0;
            for (const auto *bar : window.findChildren<widgets::InfoBar *>()) {
                shown += bar->isVisible();
            }
            return shown;
        };
        QCOMPARE(bars(), 1);
        QPushButton *retry = buttonWith(window, QStringLiteral("Retry"));
        QVERIFY(retry);
        retry->click();
        QCOMPARE(engine.retries, 1);
        engine.setServer({true, 8377, "http://127.0.0.1:8377/v1", {}});
        QCOMPARE(bars(), 0);
        QVERIFY(buttonWith(window, QStringLiteral("127.0.0.1:8377 running")));
    }

    void showsAtMostTwoNoticesAndTheNextWhenOneIsDismissed()
    {
        using events::Notice;
        FakeEngine engine;
        MainWindow window(engine);
        window.show();
        for (const char *subject : {"a", "b", "c"}) {
            Q_EMIT engine.noticeRaised(
                Notice{{}, Notice::Kind::KeyProblem, subject, std::string("trouble with ") + subject});
        }
        Q_EMIT engine.noticeRaised(Notice{{}, Notice::Kind::KeyProblem, "a", "still trouble with a"});
        auto *stack = window.findChild<InfoStack *>();
        QCOMPARE(stack->findChildren<widgets::InfoBar *>().size(), 3);
        QCOMPARE(stack->waiting(), 1);
        auto *first = stack->findChildren<widgets::InfoBar *>().constFirst();
        QCOMPARE(first->text(), QStringLiteral("still trouble with a"));
        Q_EMIT first->dismissed();
        QCOMPARE(stack->waiting(), 0);
    }

    void theSidebarShrinksToIcons()
    {
        FakeEngine engine;
        MainWindow window(engine);
        window.resize(1360, 860);
        window.show();
        auto *sidebar = window.findChild<Sidebar *>();
        const int wide = sidebar->width();
        window.resize(900, 700);
        QCoreApplication::processEvents();
        QVERIFY(sidebar->width() < wide);
        QVERIFY(sidebar->width() < 80);
    }

    void statusSegmentsOpenWhatTheySumUp()
    {
        FakeEngine engine;
        MainWindow window(engine);
        window.show();
        QPushButton *spend = buttonWith(window, QStringLiteral("$1.84 today"));
        QVERIFY(spend);
        spend->click();
        QCOMPARE(window.currentPage(), PageId::Spend);
        QPushButton *rate = buttonWith(window, QStringLiteral("42 requests/min"));
        QVERIFY(rate);
        rate->click();
        QCOMPARE(window.currentPage(), PageId::Activity);
    }
};

} // namespace signalbox::shell

using signalbox::shell::MainWindowTest;
SIGNALBOX_TEST(MainWindowTest)

#include "main_window_test.moc"
