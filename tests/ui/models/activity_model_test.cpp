// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/activity_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "tests/support/fake_engine.h"
#include "tests/support/registry.h"
#include "ui/widgets/status_pill.h"
#include "ui/widgets/table.h"

namespace signalbox::models {

using namespace std::chrono_literals;
using test::FakeEngine;

namespace {

QString sameName(const std::string &id)
{
    return QString::fromStdString(id);
}

struct Fixture {
    explicit Fixture(FakeEngine::State state = FakeEngine::State::Busy)
        : engine(state), model(engine, sameName)
    {
        engine.holdReplies = true;
    }

    void load()
    {
        model.refresh();
        engine.deliver();
    }

    QString cell(int row, int column) const { return model.index(row, column).data().toString(); }

    FakeEngine engine;
    ActivityModel model;
};

ledger::RequestDetail running(const char *id, base::WallTime at)
{
    ledger::RequestDetail detail;
    detail.request.started.id = base::RequestId::fromText(id);
    detail.request.started.at = at;
    detail.request.started.client = "late";
    return detail;
}

} // namespace

class ActivityModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheRulesOfAModel()
    {
        Fixture f;
        // The tester fetches more by itself whenever rows come in: all of the ledger is read.
        const QAbstractItemModelTester tester(&f.model,
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        f.load();
        QCOMPARE(static_cast<std::size_t>(f.model.rowCount()), f.engine.ledgerRows.size());
        f.engine.addRequest(running("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", {}));
        f.load();
        f.model.setFilter(QStringLiteral("fallback"));
        f.engine.deliver();
        f.model.setScope("cheap", {});
        f.engine.deliver();
        QVERIFY(f.model.rowCount() > 0);
    }

    void readsOlderRequestsByKeyAsTheViewAsks()
    {
        Fixture f;
        f.load();
        QCOMPARE(f.model.rowCount(), 100);
        QVERIFY(f.model.canFetchMore({}));
        while (f.model.canFetchMore({})) {
            f.model.fetchMore({});
            QVERIFY(!f.model.canFetchMore({})); // one question at a time
            f.engine.deliver();
        }
        QCOMPARE(static_cast<std::size_t>(f.model.rowCount()), f.engine.ledgerRows.size());
        QCOMPARE(f.engine.queries[1].before, f.engine.ledgerRows[99].request.started.id);
        for (int row = 1; row < f.model.rowCount(); ++row) {
            QVERIFY(f.model.idAt(row) < f.model.idAt(row - 1));
        }
    }

    void putsNewRequestsOnTopAndKeepsTheOthers()
    {
        Fixture f;
        f.load();
        const base::RequestId first = f.model.idAt(0);
        const QPersistentModelIndex place = f.model.index(0, 0);
        f.engine.addRequest(running("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", {}));
        f.load();
        QCOMPARE(f.model.rowCount(), 101);
        QCOMPARE(f.cell(0, ActivityModel::Client), QStringLiteral("late"));
        QCOMPARE(place.row(), 1);
        QCOMPARE(f.model.idAt(1), first);
    }

    void showsHowARunningRequestEnded()
    {
        Fixture f;
        f.engine.addRequest(running("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", {}));
        f.load();
        QCOMPARE(f.cell(0, ActivityModel::Outcome), QStringLiteral("In flight"));
        QCOMPARE(f.cell(0, ActivityModel::Cost), QStringLiteral("–"));
        auto &ended = f.engine.ledgerRows.front().request.ended.emplace();
        ended.outcome = events::RequestOutcome::Answered;
        ended.total = 1500ms;
        QSignalSpy changed(&f.model, &QAbstractItemModel::dataChanged);
        f.load();
        QCOMPARE(changed.size(), 1);
        QCOMPARE(f.cell(0, ActivityModel::Outcome), QStringLiteral("Answered"));
        QCOMPARE(f.cell(0, ActivityModel::Total), QStringLiteral("1.5 s"));
        // A cost nobody knows is not zero.
        QCOMPARE(f.cell(0, ActivityModel::Cost), QStringLiteral("?"));
    }

    void startsOverRatherThanLeaveAGap()
    {
        Fixture f;
        f.load();
        for (int i = 0; i < 100; ++i) {
            const std::string id = "7ZZZZZZZZZZZZZZZZZZZZZZ" + std::to_string(100 + i);
            f.engine.addRequest(running(id.c_str(), {}));
        }
        QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
        f.load();
        QVERIFY(!reset.empty());
        QCOMPARE(f.cell(0, ActivityModel::Client), QStringLiteral("late"));
        QCOMPARE(f.model.rowCount(), 100);
    }

    void filtersByWordsOfTheRowAndReadsOnForMatches()
    {
        Fixture f;
        f.load();
        f.model.setFilter(QStringLiteral("Error"));
        f.engine.deliver();
        QVERIFY(f.model.rowCount() > 5);
        QVERIFY(f.model.rowCount() < 40);
        QVERIFY(f.model.atEnd()); // few matches: it went through all there is
        for (int row = 0; row < f.model.rowCount(); ++row) {
            QCOMPARE(f.cell(row, ActivityModel::Outcome), QStringLiteral("Refused, 503"));
        }
        f.model.setFilter({});
        QCOMPARE(static_cast<std::size_t>(f.model.rowCount()), f.engine.ledgerRows.size());
    }

    void forgetsAnAnswerToAnOldQuestion()
    {
        Fixture f;
        f.model.refresh();
        f.model.setScope("cheap", {});
        f.engine.deliver();
        QVERIFY(f.model.rowCount() > 0);
        for (int row = 0; row < f.model.rowCount(); ++row) {
            QCOMPARE(f.cell(row, ActivityModel::Chain), QStringLiteral("cheap"));
        }
    }

    void survivesAnAnswerThatComesAfterItsEnd()
    {
        FakeEngine engine;
        engine.holdReplies = true;
        {
            ActivityModel model(engine, sameName);
            model.refresh();
        }
        engine.deliver();
    }

    void tellsAnEmptyLedgerFromOneNotReadYet()
    {
        Fixture f(FakeEngine::State::Empty);
        QVERIFY(!f.model.knownEmpty());
        f.load();
        QVERIFY(f.model.knownEmpty());
    }

    void saysWhenTheLedgerCannotBeRead()
    {
        Fixture f;
        f.engine.failures["requests"] = {base::ErrorCode::Corrupt, "The ledger is damaged"};
        QSignalSpy failed(&f.model, &ActivityModel::failed);
        f.load();
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed.front().front().toString(), QStringLiteral("The ledger is damaged"));
    }

    void speaksEveryCell()
    {
        Fixture f;
        f.load();
        for (int column = 0; column < ActivityModel::ColumnCount; ++column) {
            const QModelIndex index = f.model.index(0, column);
            QVERIFY(!index.data(Qt::AccessibleTextRole).toString().isEmpty());
            QVERIFY(!index.data(Qt::AccessibleDescriptionRole).toString().isEmpty());
        }
        const auto pill =
            f.model.index(0, ActivityModel::Outcome).data(widgets::kPillRole).value<widgets::PillLook>();
        QCOMPARE(pill.word, QStringLiteral("Fallback"));
    }
};

} // namespace signalbox::models

using signalbox::models::ActivityModelTest;
SIGNALBOX_TEST(ActivityModelTest)

#include "activity_model_test.moc"
