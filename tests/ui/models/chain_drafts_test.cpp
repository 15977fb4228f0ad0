// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_drafts.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include "tests/support/registry.h"
#include "tests/ui/models/draft_samples.h"

using namespace signalbox;
using models::ChainDraft;
using models::ChainDrafts;
using test::chainOfFour;

namespace {
config::Config twoChains()
{
    config::Config config;
    config.chains = {chainOfFour(), chainOfFour()};
    config.chains[1].id = "cheap";
    config.chains[1].version = 3;
    config.clients.push_back({"aider", {}, "coding"});
    return config;
}

QString subtitle(const ChainDrafts &drafts, int row)
{
    return drafts.index(row).data(ChainDrafts::SubtitleRole).toString();
}
} // namespace

class ChainDraftsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void applyingMakesTheNextVersionAndCleansTheDraft()
    {
        auto config = twoChains();
        ChainDrafts drafts;
        QAbstractItemModelTester tester(&drafts, QAbstractItemModelTester::FailureReportingMode::QtTest);
        drafts.follow(config);
        auto *draft = drafts.draft(0);
        draft->moveStep(0, 2);
        QCOMPARE(subtitle(drafts, 0), QStringLiteral("v7 · draft, 1 change"));
        draft->moveStep(0, 3);
        QCOMPARE(subtitle(drafts, 0), QStringLiteral("v7 · draft, 2 changes"));

        config = ChainDrafts::withApplied(*draft, config);
        QCOMPARE(config.chains.size(), std::size_t(2));
        QCOMPARE(config.chains[0].version, 8);
        QCOMPARE(config.chains[1].version, 3);
        drafts.follow(config);
        QCOMPARE(drafts.draft(0), draft);
        QVERIFY(!draft->isChanged());
        QCOMPARE(subtitle(drafts, 0), QStringLiteral("version 8"));
        QVERIFY(draft->undoStack()->canUndo());
    }

    void aRenamedChainTakesItsClientsAndRulesAlong()
    {
        auto config = twoChains();
        config.rules = {{"one", true, {}, "coding"}, {"other", true, {}, config.chains[1].id}};
        ChainDrafts drafts;
        drafts.follow(config);
        auto *draft = drafts.draft(0);
        auto head = draft->head();
        head.id = "programming";
        draft->editHead(QStringLiteral("rename"), head);
        config = ChainDrafts::withApplied(*draft, config);
        QCOMPARE(config.chains[0].id, std::string("programming"));
        QCOMPARE(config.clients[0].chain, std::string("programming"));
        QCOMPARE(config.rules[0].chain, std::string("programming"));
        QCOMPARE(config.rules[1].chain, config.chains[1].id);
        drafts.follow(config);
        QCOMPARE(drafts.rowCount(), 2);
        QCOMPARE(drafts.draft(0), draft);
        QVERIFY(!draft->isChanged());
    }

    void aNewChainIsKeptUntilItIsApplied()
    {
        auto config = twoChains();
        ChainDrafts drafts;
        QAbstractItemModelTester tester(&drafts, QAbstractItemModelTester::FailureReportingMode::QtTest);
        drafts.follow(config);
        config::ChainConfig start;
        start.id = "chain";
        auto *draft = drafts.addNew(start);
        QCOMPARE(drafts.rowCount(), 3);
        drafts.follow(config);
        QCOMPARE(drafts.rowOf(draft), 2);
        config = ChainDrafts::withApplied(*draft, config);
        QCOMPARE(config.chains.back().version, 1);
        drafts.follow(config);
        QCOMPARE(drafts.rowOf(draft), 2);
        QVERIFY(!draft->isChanged());
        QCOMPARE(subtitle(drafts, 2), QStringLiteral("version 1"));
    }

    void removedChainsGoUnlessTheyHaveEdits()
    {
        auto config = twoChains();
        ChainDrafts drafts;
        QAbstractItemModelTester tester(&drafts, QAbstractItemModelTester::FailureReportingMode::QtTest);
        drafts.follow(config);
        drafts.draft(0)->moveStep(0, 1);
        drafts.follow(config::Config());
        QCOMPARE(drafts.rowCount(), 1);
        QCOMPARE(subtitle(drafts, 0), QStringLiteral("removed, draft kept"));
        drafts.forget(drafts.draft(0));
        QCOMPARE(drafts.rowCount(), 0);
    }
};

SIGNALBOX_TEST(ChainDraftsTest)
#include "chain_drafts_test.moc"
