// SPDX-License-Identifier: GPL-3.0-or-later
// From the mouse to the wire: a step is dragged above another in the real window, Apply is clicked, and the
// next request takes the new order. Only a platform with a pointer runs it, so ctest starts this class under
// Xvfb.
#include <QListView>
#include <QPushButton>
#include <QTest>

#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"
#include "tests/ui/support/drag.h"
#include "tests/ui/support/find.h"
#include "ui/pages/chains/chains_page.h"
#include "ui/pages/chains/step_list.h"
#include "ui/shell/window.h"

using namespace signalbox;

class DragOrderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDraggedStepIsTriedFirst()
    {
        if (!test::hasPointer()) {
            QSKIP("drags need a pointer; run by ctest under Xvfb");
        }
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        QVERIFY(box.ask().says("from the first"));

        shell::MainWindow window(box.engine());
        window.resize(1280, 860);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.openPage(shell::PageId::Chains);
        auto *page = window.findChild<chains::ChainsPage *>();
        QVERIFY(page);
        auto *list = page->findChild<chains::StepList *>();
        QVERIFY(list);
        QTRY_COMPARE(list->model()->rowCount(), 2);
        QTRY_VERIFY(list->isVisible() && !list->visualRect(list->model()->index(1, 0)).isEmpty());

        QVERIFY(test::drag(*list, 1, test::aboveRow(*list, 0)));
        QPushButton *apply = nullptr;
        QTRY_VERIFY((apply = test::button(*page, QStringLiteral("Apply as v2"))) && apply->isEnabled());
        QVERIFY(box.ask().says("from the first")); // a draft changes nothing
        QTest::mouseClick(apply, Qt::LeftButton);
        QTRY_COMPARE(box.engine().config()->chains[0].version, 2);
        QTRY_VERIFY(!apply->isEnabled());

        const test::Answer answer = box.ask(true);
        QVERIFY2(answer.says("from the second"), answer.body.c_str());
        QCOMPARE(answer.field("x-signalbox-chain"), std::string("demo@2"));
        QCOMPARE(answer.field("x-signalbox-attempts"), std::string("1"));
        QCOMPARE(box.rows(3).back().request.started.chainVersion, 2);
        QCOMPARE(test::disagreement(box), QString());
    }
};

SIGNALBOX_TEST(DragOrderTest)
#include "drag_order_test.moc"
