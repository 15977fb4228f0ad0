// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_lints.h"

#include <QTest>

#include "tests/support/fake_engine.h"
#include "tests/support/registry.h"
#include "tests/ui/models/draft_samples.h"

using namespace signalbox;
using models::lintChain;
using test::stepOf;

class ChainLintsTest : public QObject
{
    Q_OBJECT

private:
    static QStringList lints(const std::vector<config::StepConfig> &steps, const test::FakeEngine &engine)
    {
        config::ChainConfig chain;
        chain.id = "coding";
        chain.steps = steps;
        QStringList lines;
        for (const auto &lint : lintChain(chain, models::Surroundings::of(engine))) {
            lines.append(QStringLiteral("%1: %2").arg(lint.row).arg(lint.text));
        }
        return lines;
    }

private Q_SLOTS:
    void aSoundChainHasNone()
    {
        test::FakeEngine engine;
        QCOMPARE(lints(engine.config()->chains[0].steps, engine), QStringList());
    }

    void namesWhatIsCertainlyWrong()
    {
        test::FakeEngine engine;
        auto config = *engine.config();
        config.providers[0].enabled = false;
        config.providers[1].key = {};
        engine.replaceConfig(config);
        auto patient = stepOf("groq");
        patient.patience = std::chrono::seconds(3);
        auto impossible = stepOf("ollama");
        impossible.firstToken = std::chrono::hours(1);
        const auto found = lints({stepOf("openai"), stepOf("anthropic"), stepOf("nobody"), stepOf(""),
                                  stepOf("ollama", ""), patient, impossible},
                                 engine);
        QCOMPARE(found.size(), 7);
        QVERIFY(found[0].startsWith(QStringLiteral("0: OpenAI is disabled")));
        QVERIFY(found[1].startsWith(QStringLiteral("1: Anthropic has no key")));
        QVERIFY(found[2].startsWith(QStringLiteral("2: There is no provider")));
        QVERIFY(found[3].startsWith(QStringLiteral("3: Choose a provider")));
        QVERIFY(found[4].startsWith(QStringLiteral("4: Choose a model")));
        QVERIFY(found[5].startsWith(QStringLiteral("5: Patience needs")));
        QVERIFY(found[6].startsWith(QStringLiteral("6: The first-token limit")));
    }

    void twiceTheSameProviderInARowFailsTogether()
    {
        test::FakeEngine engine;
        QCOMPARE(lints({stepOf("groq"), stepOf("groq", "other")}, engine).size(), 1);
        QCOMPARE(lints({stepOf("groq"), stepOf("ollama"), stepOf("groq")}, engine), QStringList());
    }

    void aChainWithEveryStepOffSaysSo()
    {
        test::FakeEngine engine;
        auto off = stepOf("groq");
        off.enabled = false;
        const auto found = lints({off}, engine);
        QCOMPARE(found.size(), 1);
        QVERIFY(found[0].startsWith(QStringLiteral("-1: ")));
    }
};

SIGNALBOX_TEST(ChainLintsTest)
#include "chain_lints_test.moc"
