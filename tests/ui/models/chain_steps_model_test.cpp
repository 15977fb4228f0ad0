// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_steps_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include "tests/support/registry.h"
#include "tests/ui/models/draft_samples.h"

using namespace signalbox;
using models::ChainDraft;
using models::ChainStepsModel;
using models::StepState;
using test::chainOfFour;

namespace {
QString order(const ChainDraft &draft)
{
    QString letters;
    for (const auto &step : draft.steps()) {
        letters += QString::fromStdString(step.config.provider);
    }
    return letters;
}

/// Providers a, b, c (disabled), e (without a key); d is not configured. b's breaker is open, a's is
/// half-open.
models::Surroundings someSurroundings()
{
    auto config = std::make_shared<config::Config>();
    for (const char *id : {"a", "b", "c", "e"}) {
        config::ProviderConfig provider;
        provider.id = id;
        provider.name = std::string("Provider ") + id;
        provider.preset = "keyed";
        provider.key = {config::KeySource::Kind::Keychain, std::string("provider/") + id, "1234"};
        config->providers.push_back(provider);
    }
    config->providers[2].enabled = false;
    config->providers[3].key = {};
    auto snapshot = std::make_shared<engine::Snapshot>();
    engine::ProviderHealth a;
    a.provider = "a";
    a.attempts = 3;
    a.firstTokenP50 = std::chrono::milliseconds(600);
    a.breakers.push_back({.provider = "a", .model = "some-model", .state = "half-open"});
    engine::ProviderHealth b;
    b.provider = "b";
    b.breakers.push_back({.provider = "b", .model = "some-model", .state = "open", .until = snapshot->at});
    snapshot->providers = {a, b};
    engine::PresetView keyed;
    keyed.id = "keyed";
    return {config, snapshot, {keyed}};
}
} // namespace

class ChainStepsModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void movesEveryStepToEveryPlace_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("before"); // the row it is dropped in front of; 4: the end
        QTest::addColumn<QString>("expected");
        QTest::addColumn<bool>("edit");
        QTest::newRow("down one") << 0 << 2 << "bacd" << true;
        QTest::newRow("down to the end") << 0 << 4 << "bcda" << true;
        QTest::newRow("up one") << 2 << 1 << "acbd" << true;
        QTest::newRow("up to the top") << 3 << 0 << "dabc" << true;
        QTest::newRow("onto itself") << 1 << 1 << "abcd" << false;
        QTest::newRow("just below itself") << 1 << 2 << "abcd" << false;
        QTest::newRow("the last to the end") << 3 << 4 << "abcd" << false;
    }
    void movesEveryStepToEveryPlace()
    {
        QFETCH(int, from);
        QFETCH(int, before);
        QFETCH(QString, expected);
        QFETCH(bool, edit);
        ChainDraft draft(chainOfFour(), chainOfFour());
        ChainStepsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDraft(&draft);
        const QPersistentModelIndex moved = model.index(from);
        const int key = moved.data(ChainStepsModel::KeyRole).toInt();

        QVERIFY(model.moveRows({}, from, 1, {}, before)); // true for a no-op too, or the view inserts a copy
        QCOMPARE(order(draft), expected);
        QCOMPARE(moved.data(ChainStepsModel::KeyRole).toInt(), key);
        QCOMPARE(draft.undoStack()->count(), edit ? 1 : 0);
        draft.undoStack()->undo();
        QCOMPARE(order(draft), QStringLiteral("abcd"));
        QCOMPARE(moved.row(), from);
        draft.undoStack()->redo();
        QCOMPARE(order(draft), expected);
    }

    void refusesWhatIsNoMove()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        ChainStepsModel model;
        model.setDraft(&draft);
        QVERIFY(!model.moveRows({}, 0, 2, {}, 4));
        QVERIFY(!model.moveRows({}, 4, 1, {}, 0));
        QVERIFY(!model.moveRows({}, 0, 1, {}, 5));
        QVERIFY(!model.moveRows({}, -1, 1, {}, 0));
        QCOMPARE(draft.undoStack()->count(), 0);
    }

    void staysSoundUnderAddRemoveUndoAndDiscard()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        ChainStepsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSurroundings(someSurroundings());
        model.setDraft(&draft);
        draft.addStep(4, test::stepOf("e"));
        draft.removeStep(0);
        draft.addStep(0, test::stepOf("f"));
        QCOMPARE(order(draft), QStringLiteral("fbcde"));
        draft.undoStack()->undo();
        draft.undoStack()->undo();
        QCOMPARE(model.rowCount(), 5);
        draft.discard();
        QCOMPARE(model.rowCount(), 4);
        model.setDraft(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void outlivesItsDraft()
    {
        ChainStepsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto draft = std::make_unique<ChainDraft>(chainOfFour(), chainOfFour());
        model.setDraft(draft.get());
        QCOMPARE(model.rowCount(), 4);
        draft.reset();
        QCOMPARE(model.rowCount(), 0);
    }

    void saysWhichStepsWouldBeUsed()
    {
        auto chain = chainOfFour();
        chain.steps.push_back(test::stepOf("e"));
        chain.steps.push_back(test::stepOf("a", "other-model"));
        chain.steps.back().enabled = false;
        chain.steps.push_back(test::stepOf("a", "other-model"));
        ChainDraft draft(chain, chain);
        ChainStepsModel model;
        model.setSurroundings(someSurroundings());
        model.setDraft(&draft);
        const std::vector<std::pair<StepState, bool>> expected{
            {StepState::HalfOpen, true}, {StepState::Open, false},  {StepState::ProviderOff, false},
            {StepState::Missing, false}, {StepState::NoKey, false}, {StepState::Off, false},
            {StepState::Working, true}, // the breaker is the other model's
        };
        for (std::size_t row = 0; row < expected.size(); ++row) {
            const auto index = model.index(static_cast<int>(row));
            QCOMPARE(index.data(ChainStepsModel::StateRole).value<StepState>(), expected[row].first);
            QCOMPARE(index.data(ChainStepsModel::TakenRole).toBool(), expected[row].second);
            QVERIFY(!index.data(ChainStepsModel::LookRole).value<widgets::PillLook>().word.isEmpty());
        }
    }

    void readsOutNameAndPlace()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        ChainStepsModel model;
        model.setSurroundings(someSurroundings());
        model.setDraft(&draft);
        QCOMPARE(model.index(1).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("Provider b, step 2 of 4"));
        model.moveRows({}, 1, 1, {}, 0);
        QCOMPARE(model.index(0).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("Provider b, step 1 of 4"));
        QVERIFY(model.index(0)
                    .data(ChainStepsModel::LimitsRole)
                    .toString()
                    .startsWith(QStringLiteral("First token automatic")));
    }
};

SIGNALBOX_TEST(ChainStepsModelTest)
#include "chain_steps_model_test.moc"
