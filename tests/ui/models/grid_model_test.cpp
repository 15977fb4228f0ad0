// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/grid_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "tests/support/registry.h"

namespace signalbox::models {

class GridModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsOnlyOfRowsThatChanged()
    {
        GridModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QStringList header{QStringLiteral("A"), QStringLiteral("B")};
        const GridRow one{{QStringLiteral("1")}, numberCell(QStringLiteral("x"))};
        const GridRow two{{QStringLiteral("2")}, numberCell(QStringLiteral("y"))};
        const GridRow three{{QStringLiteral("2")}, numberCell(QStringLiteral("z"))};
        model.setContent(header, {one, two});
        QCOMPARE(model.rowCount(), 2);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setContent(header, {one, three});
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed.front().front().toModelIndex().row(), 1);
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("z"));
        model.setContent(header, {one});
        QCOMPARE(reset.size(), 1);
    }

    void numbersStandAtTheRightWithTheirHeader()
    {
        GridModel model;
        model.setContent({QStringLiteral("A"), QStringLiteral("B")},
                         {{{QStringLiteral("1")}, numberCell(QStringLiteral("2"))}});
        QVERIFY(model.index(0, 1).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QVERIFY(model.headerData(1, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QVERIFY(model.headerData(0, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignLeft);
        QCOMPARE(model.index(0, 1).data(Qt::AccessibleDescriptionRole).toString(), QStringLiteral("B"));
    }
};

} // namespace signalbox::models

using signalbox::models::GridModelTest;
SIGNALBOX_TEST(GridModelTest)

#include "grid_model_test.moc"
