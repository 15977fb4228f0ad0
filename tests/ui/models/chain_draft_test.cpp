// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_draft.h"

#include <QTest>

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"
#include "tests/ui/models/draft_samples.h"

using namespace signalbox;
using models::ChainDraft;
using models::StepField;
using test::chainOfFour;
using test::stepOf;

namespace {
void setFirstToken(ChainDraft &draft, int row, int seconds)
{
    auto step = draft.steps().at(static_cast<std::size_t>(row)).config;
    step.firstToken = std::chrono::seconds(seconds);
    draft.editStep(row, StepField::FirstToken, step);
}

void setIdle(ChainDraft &draft, int row, int seconds)
{
    auto step = draft.steps().at(static_cast<std::size_t>(row)).config;
    step.idle = std::chrono::seconds(seconds);
    draft.editStep(row, StepField::Idle, step);
}

void randomEdit(ChainDraft &draft, base::Random &random)
{
    const int rows = static_cast<int>(draft.steps().size());
    const auto pick = [&](int below) {
        return static_cast<int>(random.next() % static_cast<unsigned>(below));
    };
    switch (pick(7)) {
    case 0:
        draft.addStep(pick(rows + 1), stepOf("new", std::to_string(random.next())));
        break;
    case 1:
        if (rows > 0) {
            draft.removeStep(pick(rows));
        }
        break;
    case 2:
    case 3:
        if (rows > 0) {
            draft.moveStep(pick(rows), pick(rows));
        }
        break;
    case 4:
    case 5:
        if (rows > 0) {
            setFirstToken(draft, pick(rows), 1 + pick(60));
        }
        break;
    default: {
        auto head = draft.head();
        head.aliases.push_back(std::to_string(random.next()));
        draft.editHead(QStringLiteral("change names"), head);
    }
    }
}
} // namespace

class ChainDraftTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void undoingEverythingGivesTheStartBack()
    {
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            base::Random random(seed);
            const auto start = chainOfFour();
            ChainDraft draft(start, start);
            std::vector<config::ChainConfig> seen;
            for (int edit = 0; edit < 40; ++edit) {
                randomEdit(draft, random);
            }
            const auto end = draft.chain();
            const auto keysAtEnd = draft.steps();
            while (draft.undoStack()->canUndo()) {
                draft.undoStack()->undo();
            }
            QVERIFY2(draft.chain() == start, qPrintable(QStringLiteral("seed %1").arg(seed)));
            QVERIFY(!draft.isChanged());
            while (draft.undoStack()->canRedo()) {
                draft.undoStack()->redo();
            }
            QVERIFY2(draft.chain() == end, qPrintable(QStringLiteral("seed %1").arg(seed)));
            QVERIFY(draft.steps() == keysAtEnd);
        }
    }

    void editsOfOneFieldAreOneUndo()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        setFirstToken(draft, 0, 1);
        setFirstToken(draft, 0, 12);
        setFirstToken(draft, 0, 120);
        QCOMPARE(draft.undoStack()->count(), 1);
        setIdle(draft, 0, 9);
        setFirstToken(draft, 1, 5);
        QCOMPARE(draft.undoStack()->count(), 3);
        QCOMPARE(draft.changeCount(), 3);
    }

    void editingBackIsNoChange()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        setIdle(draft, 0, 9);
        setFirstToken(draft, 0, 8);
        setFirstToken(draft, 0, 0);
        QCOMPARE(draft.undoStack()->count(), 1);
        draft.undoStack()->undo();
        QVERIFY(!draft.isChanged());
        QVERIFY(draft.undoStack()->isClean());
    }

    void doesNotMergeIntoTheAppliedVersion()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        setFirstToken(draft, 0, 8);
        auto applied = draft.chain();
        applied.version = 8;
        draft.follow(applied);
        QVERIFY(!draft.isChanged());
        setFirstToken(draft, 0, 9);
        QCOMPARE(draft.undoStack()->count(), 2);
        QCOMPARE(draft.changeCount(), 1);
        QCOMPARE(draft.nextVersion(), 9);
        draft.undoStack()->undo();
        QVERIFY(draft.undoStack()->isClean());
        draft.undoStack()->undo(); // behind the applied version is a change again
        QVERIFY(draft.isChanged());
        QCOMPARE(draft.changeCount(), 1);
    }

    void movingToItsOwnPlaceIsNoEdit()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        draft.moveStep(2, 2);
        QCOMPARE(draft.undoStack()->count(), 0);
    }

    void anUnchangedDraftFollowsTheConfiguration()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        auto edited = chainOfFour();
        edited.version = 8;
        edited.steps.pop_back();
        draft.follow(edited);
        QVERIFY(draft.chain() == edited);
        QVERIFY(!draft.isChanged());
        QVERIFY(!draft.changedOutside());
    }

    void aChangedDraftIsKeptAndSaysSo()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        setFirstToken(draft, 0, 8);
        const auto mine = draft.chain();
        auto theirs = chainOfFour();
        theirs.version = 9;
        theirs.steps.pop_back();
        draft.follow(theirs);
        QVERIFY(draft.chain() == mine);
        QVERIFY(draft.changedOutside());
        QCOMPARE(draft.nextVersion(), 10);
        draft.discard();
        QVERIFY(draft.chain() == theirs);
        QVERIFY(!draft.changedOutside());
        QVERIFY(!draft.isChanged());
    }

    void aRemovedChainKeepsItsDraft()
    {
        ChainDraft draft(chainOfFour(), chainOfFour());
        setFirstToken(draft, 0, 8);
        draft.follow(std::nullopt);
        QVERIFY(draft.removedOutside());
        draft.follow(chainOfFour());
        QVERIFY(!draft.changedOutside());
        QVERIFY(draft.isChanged());
    }

    void aNewChainIsAChangeUntilApplied()
    {
        auto start = chainOfFour();
        ChainDraft draft(std::nullopt, start);
        QVERIFY(draft.isChanged());
        QCOMPARE(draft.nextVersion(), 1);
        start.version = 1;
        draft.follow(start);
        QVERIFY(!draft.isChanged());
        QCOMPARE(draft.nextVersion(), 2);
    }
};

SIGNALBOX_TEST(ChainDraftTest)
#include "chain_draft_test.moc"
