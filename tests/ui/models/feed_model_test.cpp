// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/feed_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "tests/support/registry.h"

namespace signalbox::models {

namespace {

engine::FeedEntry notice(std::uint64_t number)
{
    return {events::Notice{{}, events::Notice::Kind::Info, "x", "notice " + std::to_string(number)}, number};
}

QString sameName(const std::string &id)
{
    return QString::fromStdString(id);
}

} // namespace

class FeedModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void insertsWhatIsNewAndDropsWhatIsOld()
    {
        FeedModel model(sameName);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFeed({notice(2), notice(1)});
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        const QPersistentModelIndex second = model.index(0, 0);
        model.setFeed({notice(4), notice(3), notice(2)});
        QCOMPARE(inserted.size(), 1);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(second.row(), 2);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("notice 4"));
        model.setFeed({notice(4), notice(3), notice(2)});
        QCOMPARE(inserted.size(), 1);
    }

    void startsOverWhenTheNumbersDo()
    {
        FeedModel model(sameName);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFeed({notice(9), notice(8)});
        model.setFeed({notice(1)});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("notice 1"));
    }

    void saysWhatHappenedInWords()
    {
        using namespace std::chrono_literals;
        events::RequestEnded end;
        end.id = base::RequestId::fromText("01KA");
        end.outcome = events::RequestOutcome::AnsweredByFallback;
        end.servedBy = "steady/steady-1";
        end.servedStep = 2;
        end.firstToken = 1600ms;
        const FeedLine line = feedLine(end, sameName);
        QCOMPARE(line.text, QStringLiteral("Fallback: steady answered at step 2, first token after 1.6 s"));
        QCOMPARE(line.request, QStringLiteral("01KA"));
        QCOMPARE(line.mark, theme::Mark::Diamond);

        const events::BreakerChanged opened{
            {}, "groq", "llama", "closed", "open", events::Outcome::RateLimited, {}};
        QCOMPARE(feedLine(opened, sameName).text, QStringLiteral("Breaker opened: groq llama, rate limited"));
        QCOMPARE(feedLine(opened, sameName).tone, theme::Tone::Danger);
    }
};

} // namespace signalbox::models

using signalbox::models::FeedModelTest;
SIGNALBOX_TEST(FeedModelTest)

#include "feed_model_test.moc"
