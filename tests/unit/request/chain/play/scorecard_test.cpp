// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/play/scorecard.h"

#include "core/engine/setup_builder.h"
#include "core/foundation/config/document.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using chain::ScoreCell;
using provider::Fault;
using Mark = chain::ScoreCell::Mark;

namespace {
const std::string kTwo = R"({"provider":"a","model":"m"},{"provider":"b","model":"n"})";

/// A chain of local providers with prices, and what is built from it.
struct Stage {
    std::shared_ptr<const config::Config> config;
    std::shared_ptr<const chain::Setup> setup;
    routing::Facts facts;

    explicit Stage(const std::string &steps, const std::string &rest = {})
    {
        std::string text = R"({"schemaVersion":1,"providers":[)";
        for (const char *id : {"a", "b", "c"}) {
            text += std::string(R"({"id":")") + id
                    + R"(","preset":"openai-compatible","baseUrl":"http://127.0.0.1:1/v1",)"
                      R"("prices":{"*":{"input":"1","output":"2"}}},)";
        }
        text.back() = ']';
        text += R"(,"chains":[{"id":"main",)" + rest + R"("steps":[)" + steps + "]}]}";
        const config::ReadResult read = config::readConfig(text);
        if (!read.ok()) {
            qFatal("%s", read.mistakes.front().message.c_str());
        }
        config = std::make_shared<const config::Config>(read.config);
        static const base::Result<base::SecretString> key{base::SecretString(std::string("k"))};
        setup = engine::buildSetup(config, provider::PresetList::shipped(),
                                   std::make_shared<const spend::PriceTable>(),
                                   std::make_shared<const routing::ModelCatalogue>(),
                                   [](const config::KeySource &) { return &key; });
        facts.traits.promptTokens = 500;
    }

    chain::Scorecard score() const
    {
        return chain::scoreChain({.setup = *setup,
                                  .chain = {config, &config->chains.front()},
                                  .facts = facts,
                                  .at = {},
                                  .usual = {}},
                                 {});
    }
};

const ScoreCell &streamed(const chain::Scorecard &card, std::size_t step, Fault fault)
{
    return *card.steps.at(step - 1).rows.at(static_cast<std::size_t>(fault)).streamed;
}

const ScoreCell &whole(const chain::Scorecard &card, std::size_t step, Fault fault)
{
    return *card.steps.at(step - 1).rows.at(static_cast<std::size_t>(fault)).whole;
}
} // namespace

class ScorecardTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSecondStepAnswersForTheFirst_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<int>("servedStep");
        QTest::addColumn<qint64>("streamedMs");
        QTest::addColumn<qint64>("wholeMs");
        const auto row = [](Fault fault, int served, qint64 streamedMs, qint64 wholeMs) {
            QTest::newRow(std::string(provider::toText(fault)).c_str())
                << static_cast<int>(fault) << served << streamedMs << wholeMs;
        };
        // To the first content of the stream; to the whole answer.
        row(Fault::RateLimited, 2, 1'000, 2'000);
        row(Fault::QuotaSpent, 2, 1'000, 2'000);
        row(Fault::ServerError, 2, 1'000, 2'000);
        row(Fault::Hang, 2, 20'800, 121'800);
        row(Fault::SlowFirstToken, 1, 10'800, 11'800);
        row(Fault::Empty, 2, 1'600, 2'600);
        row(Fault::Garbage, 2, 1'000, 2'000);
        row(Fault::TlsError, 2, 1'000, 2'000);
    }

    void theSecondStepAnswersForTheFirst()
    {
        QFETCH(int, fault);
        QFETCH(int, servedStep);
        QFETCH(qint64, streamedMs);
        QFETCH(qint64, wholeMs);
        const chain::Scorecard card = Stage(kTwo).score();
        const ScoreCell &stream = streamed(card, 1, static_cast<Fault>(fault));
        QCOMPARE(stream.mark, Mark::Fine);
        QVERIFY(stream.answered());
        QCOMPARE(stream.servedStep, servedStep);
        QCOMPARE(stream.firstContent, std::optional<base::Duration>(streamedMs * 1ms));
        QCOMPARE(stream.total, base::Duration((streamedMs + 1'000) * 1ms));
        QCOMPARE(stream.tokens, 40);
        const ScoreCell &sent = whole(card, 1, static_cast<Fault>(fault));
        QCOMPARE(sent.mark, Mark::Fine);
        QCOMPARE(sent.servedStep, servedStep);
        QCOMPARE(sent.total, base::Duration(wholeMs * 1ms));
        QVERIFY(!card.wouldFail());
    }

    void aCutAfterContentIsAWarningByDefault()
    {
        const chain::Scorecard card = Stage(kTwo).score();
        for (const Fault fault : {Fault::CutAfter, Fault::Stall}) {
            const ScoreCell &cell = streamed(card, 1, fault);
            QCOMPARE(cell.mark, Mark::Warning);
            QCOMPARE(cell.outcome, events::RequestOutcome::Interrupted);
            QCOMPARE(cell.tokens, 20);
            QCOMPARE(QString::fromStdString(cell.note),
                     QStringLiteral("midStream is \"error\"; \"restart\" would finish the answer"));
            QCOMPARE(whole(card, 1, fault).servedStep, 2);
        }
        QVERIFY(!card.wouldFail());
    }

    void restartTurnsACutIntoAnAnswer()
    {
        const chain::Scorecard card = Stage(kTwo, R"("policy":{"midStream":"restart"},)").score();
        for (const Fault fault : {Fault::CutAfter, Fault::Stall}) {
            QCOMPARE(streamed(card, 1, fault).mark, Mark::Fine);
            QCOMPARE(streamed(card, 1, fault).servedStep, 2);
        }
    }

    void continueFailsWhereNoModelCanGoOn()
    {
        const chain::Scorecard card = Stage(kTwo, R"("policy":{"midStream":"continue"},)").score();
        const ScoreCell &cell = streamed(card, 1, Fault::CutAfter);
        QCOMPARE(cell.mark, Mark::Fails);
        QVERIFY(cell.note.find("\"restart\" would") != std::string::npos);
        QVERIFY(card.wouldFail());
    }

    void theLastStepIsReachedAndHasNoneBehindIt()
    {
        const chain::Scorecard card = Stage(kTwo).score();
        const ScoreCell &cell = streamed(card, 2, Fault::ServerError);
        QCOMPARE(cell.mark, Mark::NoOtherStep);
        QCOMPARE(cell.outcome, events::RequestOutcome::Refused);
        QCOMPARE(cell.status, 503);
        QCOMPARE(cell.total, base::Duration(400ms));
        QVERIFY(!cell.answered());
        QCOMPARE(streamed(card, 2, Fault::SlowFirstToken).servedStep, 2);
    }

    void everyStepDownEndsTruthfully()
    {
        const chain::Scorecard card = Stage(kTwo).score();
        QCOMPARE(card.everyStepDown.streamed->mark, Mark::Fine);
        QCOMPARE(card.everyStepDown.streamed->status, 503);
        QCOMPARE(card.everyStepDown.whole->outcome, events::RequestOutcome::Refused);
        QVERIFY(!card.everyStepDown.fault);
    }

    void oneStepFailsItsUser()
    {
        const chain::Scorecard card = Stage(R"({"provider":"a","model":"m"})").score();
        QCOMPARE(card.usableSteps, 1);
        QVERIFY(card.wouldFail());
        const ScoreCell &cell = whole(card, 1, Fault::Garbage);
        QCOMPARE(cell.mark, Mark::Fails);
        QCOMPARE(QString::fromStdString(cell.note), QStringLiteral("no other step to go to"));
        QCOMPARE(streamed(card, 1, Fault::SlowFirstToken).mark, Mark::Fine);
    }

    void aStepSwitchedOffIsNoStepToGoTo()
    {
        const chain::Scorecard card =
            Stage(R"({"provider":"a","model":"m"},{"provider":"b","model":"n","enabled":false})").score();
        QCOMPARE(card.usableSteps, 1);
        QCOMPARE(card.steps.at(1).barred, std::optional(events::SkipReason::Disabled));
        QVERIFY(card.steps.at(1).rows.empty());
        QVERIFY(card.wouldFail());
    }

    void whatFallbackOnSwitchesOffIsPolicyAndNoFailure()
    {
        const chain::Scorecard card =
            Stage(kTwo, R"("policy":{"fallbackOn":{"rateLimit":false,"serverError":false}},)").score();
        QCOMPARE(streamed(card, 1, Fault::RateLimited).mark, Mark::ByPolicy);
        QVERIFY(streamed(card, 1, Fault::RateLimited).status >= 400);
        QCOMPARE(QString::fromStdString(streamed(card, 1, Fault::RateLimited).note),
                 QStringLiteral("fallbackOn.rateLimit is off"));
        QCOMPARE(whole(card, 1, Fault::ServerError).mark, Mark::ByPolicy);
        QCOMPARE(whole(card, 1, Fault::QuotaSpent).mark, Mark::Fine);
        // The first step is down in a way that leads on, so that the second is drilled all the same.
        QCOMPARE(streamed(card, 2, Fault::SlowFirstToken).servedStep, 2);
        QVERIFY(!card.wouldFail());
    }

    void aStepThatNoFailureLeadsToIsNotTried()
    {
        const chain::Scorecard card =
            Stage(kTwo, R"("policy":{"afterAmbiguous":false,"fallbackOn":{"connect":false,"timeout":false,)"
                        R"("quota":false,"rateLimit":false,"serverError":false,"garbled":false,)"
                        R"("empty":false,"cutOff":false}},)")
                .score();
        QCOMPARE(streamed(card, 2, Fault::ServerError).mark, Mark::NotTried);
        QCOMPARE(streamed(card, 1, Fault::Empty).mark, Mark::ByPolicy);
        QVERIFY(!card.wouldFail());
    }

    void aHedgeAnswersForASlowStep()
    {
        const chain::Scorecard card = Stage(kTwo, R"("strategy":"hedged",)").score();
        // Begun after the hedge's 2 s.
        QCOMPARE(streamed(card, 1, Fault::Hang).firstContent, std::optional<base::Duration>(2'800ms));
        QCOMPARE(streamed(card, 1, Fault::Hang).servedStep, 2);
    }

    void afterAmbiguousOffIsPolicy()
    {
        const chain::Scorecard card = Stage(kTwo, R"("policy":{"afterAmbiguous":false},)").score();
        QCOMPARE(whole(card, 1, Fault::Hang).mark, Mark::ByPolicy);
        QCOMPARE(QString::fromStdString(whole(card, 1, Fault::Hang).note),
                 QStringLiteral("afterAmbiguous is off"));
        QCOMPARE(whole(card, 1, Fault::ServerError).mark, Mark::Fine);
    }

    void aRaceIsWonByTheOther()
    {
        const chain::Scorecard card = Stage(kTwo, R"("strategy":"race",)").score();
        for (const std::size_t step : {1U, 2U}) {
            for (const Fault fault :
                 {Fault::ServerError, Fault::Hang, Fault::SlowFirstToken, Fault::TlsError}) {
                const ScoreCell &cell = streamed(card, step, fault);
                QCOMPARE(cell.mark, Mark::Fine);
                QCOMPARE(cell.servedStep, 3 - static_cast<int>(step));
                QCOMPARE(cell.firstContent, std::optional<base::Duration>(800ms));
            }
        }
    }

    void aPrivateRequestHasNoStepToTry()
    {
        Stage stage(kTwo);
        stage.facts.isPrivate = true;
        const chain::Scorecard card = stage.score();
        QCOMPARE(card.usableSteps, 0);
        QCOMPARE(card.steps.at(0).barred, std::optional(events::SkipReason::Private));
        QCOMPARE(card.everyStepDown.whole->status, 503);
        QVERIFY(card.wouldFail());
    }

    void twoStepsOnOneAccountFailWhenItsQuotaIsSpent()
    {
        const chain::Scorecard card =
            Stage(R"({"provider":"a","model":"m"},{"provider":"a","model":"n"})").score();
        QCOMPARE(streamed(card, 1, Fault::QuotaSpent).mark, Mark::Fails);
        QCOMPARE(streamed(card, 1, Fault::ServerError).mark, Mark::Fine);
        QVERIFY(card.wouldFail());
    }

    void theExtraCostIsThatOfWhatWasThrownAway()
    {
        const chain::Scorecard card = Stage(kTwo).score();
        // 500 tokens at 1 dollar a million, and none of it answered.
        QCOMPARE(whole(card, 1, Fault::Hang).extraCost, std::optional(base::Money{500'000}));
        QCOMPARE(whole(card, 1, Fault::ServerError).extraCost, std::optional(base::Money{0}));
        QCOMPARE(whole(card, 1, Fault::SlowFirstToken).extraCost, std::optional(base::Money{0}));
    }

    void whatIsNotAskedForIsNotPlayed()
    {
        const Stage stage(kTwo);
        const chain::Scorecard card = chain::scoreChain({.setup = *stage.setup,
                                                         .chain = {stage.config, &stage.config->chains[0]},
                                                         .facts = stage.facts,
                                                         .at = {},
                                                         .whole = false,
                                                         .usual = {}},
                                                        {});
        QVERIFY(!card.steps.at(0).rows.at(0).whole && card.steps.at(0).rows.at(0).streamed);
        QCOMPARE(card.cells().size(), std::size_t(21));
    }
};

SIGNALBOX_TEST(ScorecardTest)
#include "scorecard_test.moc"
