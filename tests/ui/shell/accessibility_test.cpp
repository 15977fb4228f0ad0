// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine.h"
#include "tests/support/registry.h"
#include "tests/ui/support/page_fixture.h"
#include "tests/ui/support/walk.h"
#include "ui/shell/page_registry.h"
#include "ui/shell/window.h"

namespace signalbox::shell {

using test::FakeEngine;
using State = FakeEngine::State;

/// Every page in every state: what a screen reader says, what the keyboard reaches, what is cut off.
class AccessibilityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPage_data()
    {
        QTest::addColumn<int>("page");
        QTest::addColumn<int>("state");
        const std::pair<const char *, State> states[] = {{"empty", State::Empty},
                                                         {"busy", State::Busy},
                                                         {"degraded", State::Degraded},
                                                         {"down", State::Down},
                                                         {"long names", State::LongNames}};
        for (const PageEntry &page : allPages()) {
            for (const auto &[name, state] : states) {
                QTest::addRow("%s, %s", qPrintable(page.title), name) << int(page.id) << int(state);
            }
        }
    }

    void everyPage()
    {
        QFETCH(int, page);
        QFETCH(int, state);
        FakeEngine engine(static_cast<State>(state));
        MainWindow window(engine);
        window.resize(1360, 860);
        window.show();
        window.openPage(static_cast<PageId>(page));
        for (int i = 0; i < 6; ++i) {
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
        }
        if (state != int(State::LongNames)) { // long ones are shortened
            window.resize(window.minimumSize());
            QCoreApplication::processEvents();
            for (const Page *shown : window.findChildren<Page *>()) {
                QVERIFY(!shown->isVisible() || shown->width() >= shown->minimumSizeHint().width());
            }
            window.resize(1360, 860);
            QCoreApplication::processEvents();
        }
        const auto empty = [](const QStringList &found) { return found.join(QLatin1Char('\n')); };
        QCOMPARE(empty(test::unnamedControls(window)), QString());
        QCOMPARE(empty(test::controlsTabMisses(window)), QString());
        QCOMPARE(empty(test::clippedTexts(window)), QString());
    }
};

} // namespace signalbox::shell

using signalbox::shell::AccessibilityTest;
SIGNALBOX_TEST(AccessibilityTest)

#include "accessibility_test.moc"
