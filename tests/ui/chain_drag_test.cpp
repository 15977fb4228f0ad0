// SPDX-License-Identifier: GPL-3.0-or-later
// Real drags with the mouse: only a platform with a pointer runs them, so ctest starts this class under Xvfb.
#include <QListView>
#include <QTest>

#include "tests/support/registry.h"
#include "tests/ui/support/drag.h"
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
} // namespace

class ChainDragTest : public QObject
{
    Q_OBJECT

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
        if (!test::hasPointer()) {
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

        QVERIFY(test::drag(*list, from, test::aboveRow(*list, above)));
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
        if (!test::hasPointer()) {
            QSKIP("drags need a pointer: ctest runs them under Xvfb");
        }
        test::PageFixture fixture;
        const auto page = fixture.show<ChainsPage>();
        QVERIFY(QTest::qWaitForWindowExposed(page.get()));
        auto *list = page->findChild<StepList *>();
        QVERIFY(test::drag(*list, 0, test::aboveRow(*list, kToTheEnd), true));
        QCOMPARE(order(*list), QStringLiteral("OpenAI Anthropic Groq Ollama"));
        QCOMPARE(qobject_cast<models::ChainStepsModel *>(list->model())->draft()->undoStack()->count(), 0);
    }
};

SIGNALBOX_TEST(ChainDragTest)
#include "chain_drag_test.moc"
