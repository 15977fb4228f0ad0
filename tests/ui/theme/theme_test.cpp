// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QApplication>
#include <QSignalSpy>

#include "tests/support/registry.h"
#include "ui/theme/colors.h"

namespace signalbox::theme {

class ThemeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theUsersChoiceWinsAndIsToldOnce()
    {
        Theme theme;
        theme.setMode(Mode::Light);
        QSignalSpy changed(&theme, &Theme::changed);
        QVERIFY(!theme::isDark(QApplication::palette()));
        theme.setMode(Mode::Dark);
        QVERIFY(theme.isDark());
        QVERIFY(theme::isDark(QApplication::palette()));
        theme.setMode(Mode::Dark);
        QCOMPARE(changed.size(), 1);
        theme.setMode(Mode::Light);
        QVERIFY(!theme::isDark(QApplication::palette()));
        QCOMPARE(changed.size(), 2);
    }

    void openWidgetsFollow()
    {
        Theme theme;
        theme.setMode(Mode::Light);
        QWidget widget;
        widget.show();
        theme.setMode(Mode::Dark);
        QCoreApplication::processEvents(); // Qt tells widgets from the event loop
        QCOMPARE(color(Role::Surface, widget.palette()), makePalette(true).color(QPalette::Base));
        theme.setMode(Mode::Light);
    }
};

} // namespace signalbox::theme

using signalbox::theme::ThemeTest;
SIGNALBOX_TEST(ThemeTest)

#include "theme_test.moc"
