// SPDX-License-Identifier: GPL-3.0-or-later
// Real drags with the mouse: only a platform with a pointer runs them, so ctest starts this class under Xvfb.
#include <QListView>
#include <QTest>
#include <QTimer>
#include <QWindow>

#include "tests/support/registry.h"
#include "tests/ui/support/page_fixture.h"
#include "ui/pages/chains/chains_page.h"
#include "ui/pages/chains/step_list.h"

using namespace signalbox;
using chains::ChainsPage;
using chains::StepList;

namespace {
QString order(const StepList &list)
{
    QStringList names;
    for (int row = 0; row < list.model()->rowCount(); ++row) {
        names.append(list.model()->index(row, 0).data().toString());
    }
    return names.join(u' ');
}

constexpr int kToTheEnd = 4;

/// A point just above the card of `row`, or below the last one.
QPoint above(const StepList &list, int row)
{
    const bool end = row == kToTheEnd;
    const QRect rect = list.visualRect(list.model()->index(end ? row - 1 : row, 0));
    return {rect.center().x(), end ? rect.bottom() - 2 : rect.top() + 2};
}
} // namespace

class ChainDragTest : public QObject
{
    Q_OBJECT

private:
    // Asked by each test: a skip in initTestCase() would silence the classes that run after this one.
    static bool hasPointer() { return QGuiApplication::platformName() == QStringLiteral("xcb"); }

    /// Presses on a step, moves and lets go; the drag runs its own event loop, so the rest comes from timers.
    static void drag(StepList &list, int from, QPoint to, bool cancel = false)
    {
        QWidget *viewport = list.viewport();
        QWindow *window = list.window()->windowHandle();
        const auto inWindow = [&](QPoint point) { return viewport->mapTo(list.window(), point); };
        const QPoint start = list.visualRect(list.model()->index(from, 0)).center();
        QTest::mousePress(viewport, Qt::LeftButton, {}, start);
        QTimer::singleShot(100, window, [=] { QTest::mouseMove(window, inWindow(to) + QPoint(3, 0)); });
        QTimer::singleShot(200, window, [=] { QTest::mouseMove(window, inWindow(to)); });
        if (cancel) {
            QTimer::singleShot(300, window, [=] { QTest::keyClick(window, Qt::Key_Escape); });
        }
        bool released = false;
        // Also the way out of a drag that would otherwise never end.
        QTimer::singleShot(400, window, [=, &released] {
            released = true;
            QTest::mouseRelease(window, Qt::LeftButton, {}, inWindow(to));
        });
        QTest::mouseMove(viewport, start + QPoint(4, 4));
        QTest::mouseMove(viewport, start + QPoint(30, 30)); // returns when the drag is over
        QTRY_VERIFY(released);                              // the timers must not fire into the next test
    }

private Q_SLOTS:
    void dragsAStepToAnotherPlace_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("above");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<int>("edits");
        QTest::newRow("down") << 0 << 2 << "Anthropic OpenAI Groq Ollama" << 1;
        QTest::newRow("up") << 2 << 0 << "Groq OpenAI Anthropic Ollama" << 1;
        QTest::newRow("to the end") << 1 << kToTheEnd << "OpenAI Groq Ollama Anthropic" << 1;
        QTest::newRow("onto itself") << 1 << 1 << "OpenAI Anthropic Groq Ollama" << 0;
        QTest::newRow("just below itself") << 1 << 2 << "OpenAI Anthropic Groq Ollama" << 0;
    }
    void dragsAStepToAnotherPlace()
    {
        if (!hasPointer()) {
            QSKIP("drags need a pointer: ctest runs them under Xvfb");
        }
        QFETCH(int, from);
        QFETCH(int, above);
        QFETCH(QString, expected);
        QFETCH(int, edits);
        test::PageFixture fixture;
        const auto page = fixture.show<ChainsPage>();
        QVERIFY(QTest::qWaitForWindowExposed(page.get()));
        auto *list = page->findChild<StepList *>();
        const auto dragged = list->model()->index(from, 0).data(models::ChainStepsModel::KeyRole);

        drag(*list, from, ::above(*list, above));
        QCOMPARE(order(*list), expected);
        QCOMPARE(list->model()->rowCount(), 4);
        QCOMPARE(list->currentIndex().data(models::ChainStepsModel::KeyRole), dragged);

        auto *steps = qobject_cast<models::ChainStepsModel *>(list->model());
        QCOMPARE(steps->draft()->undoStack()->count(), edits);
        steps->draft()->undoStack()->undo();
        QCOMPARE(order(*list), QStringLiteral("OpenAI Anthropic Groq Ollama"));
    }

    void escapeLeavesEverythingInPlace()
    {
        if (!hasPointer()) {
            QSKIP("drags need a pointer: ctest runs them under Xvfb");
        }
        test::PageFixture fixture;
        const auto page = fixture.show<ChainsPage>();
        QVERIFY(QTest::qWaitForWindowExposed(page.get()));
        auto *list = page->findChild<StepList *>();
        drag(*list, 0, above(*list, kToTheEnd), true);
        QCOMPARE(order(*list), QStringLiteral("OpenAI Anthropic Groq Ollama"));
        QCOMPARE(qobject_cast<models::ChainStepsModel *>(list->model())->draft()->undoStack()->count(), 0);
    }
};

SIGNALBOX_TEST(ChainDragTest)
#include "chain_drag_test.moc"
