// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/support/drag.h"

#include <memory>

#include <QGuiApplication>
#include <QTest>
#include <QTimer>
#include <QWindow>

namespace signalbox::test {

bool hasPointer()
{
    return QGuiApplication::platformName() == QStringLiteral("xcb");
}

bool drag(QListView &list, int from, QPoint to, bool cancel)
{
    QWidget *viewport = list.viewport();
    QWindow *window = list.window()->windowHandle();
    const auto inWindow = [&](QPoint point) { return viewport->mapTo(list.window(), point); };
    const QPoint start = list.visualRect(list.model()->index(from, 0)).center();
    const QPoint end = inWindow(to);
    QTest::mousePress(viewport, Qt::LeftButton, {}, start);
    // The drag runs its own event loop, so the rest comes from timers.
    QTimer::singleShot(100, window, [=] { QTest::mouseMove(window, end + QPoint(3, 0)); });
    QTimer::singleShot(200, window, [=] { QTest::mouseMove(window, end); });
    if (cancel) {
        QTimer::singleShot(300, window, [=] { QTest::keyClick(window, Qt::Key_Escape); });
    }
    const auto released = std::make_shared<bool>(false);
    // Also the way out of a drag that would otherwise never end.
    QTimer::singleShot(400, window, [=] {
        *released = true;
        QTest::mouseRelease(window, Qt::LeftButton, {}, end);
    });
    QTest::mouseMove(viewport, start + QPoint(4, 4));
    QTest::mouseMove(viewport, start + QPoint(30, 30));       // returns when the drag is over
    return QTest::qWaitFor([released] { return *released; }); // the timers must not fire into the next test
}

QPoint aboveRow(const QListView &list, int row)
{
    const bool end = row >= list.model()->rowCount();
    const QRect rect = list.visualRect(list.model()->index(end ? list.model()->rowCount() - 1 : row, 0));
    return {rect.center().x(), end ? rect.bottom() - 2 : rect.top() + 2};
}

} // namespace signalbox::test
