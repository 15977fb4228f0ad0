// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/drill/drill_command.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"

using namespace signalbox;

namespace {
constexpr std::string_view kConfig = R"({"schemaVersion": 1,
 "providers": [{"id": "a", "preset": "openai", "key": {"keychain": "provider/a"}},
               {"id": "b", "preset": "simulated"}],
 "chains": [{"id": "good", "policy": {"midStream": "restart"},
             "steps": [{"provider": "a", "model": "gpt-x"}, {"provider": "b", "model": "demo"}]},
            {"id": "thin", "steps": [{"provider": "b", "model": "demo"}]}]})";

app::DrillResult drill(const std::string &chain, bool json = false, std::string_view config = kConfig)
{
    test::TempProfile profile;
    profile.writeConfig(config);
    app::CommandLine line;
    line.argument = chain;
    line.json = json;
    return app::drillChain(profile.configFile(), line, {});
}

bool has(const std::string &text, const char *part)
{
    return text.find(part) != std::string::npos;
}
} // namespace

class DrillCommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChainThatHoldsExitsWithZero()
    {
        const app::DrillResult result = drill("good");
        QCOMPARE(result.exitCode, 0);
        QVERIFY(result.problem.empty());
        QVERIFY2(has(result.out, "Step 1  a/gpt-x\n"), result.out.c_str());
        // The key is in a keychain that was not asked.
        QVERIFY(has(result.out, "\n  429               ✓ step 2 after"));
        QVERIFY(has(result.out, "\n  cut midway        ✓ step 2 after"));
        QVERIFY(has(result.out, "\n  every step down   ✓ error 503 after"));
        QVERIFY(result.out.ends_with("\nChain good holds: no single fault costs its user the answer.\n"));
    }

    void aChainOfOneStepExitsWithOne()
    {
        const app::DrillResult result = drill("thin");
        QCOMPARE(result.exitCode, app::kFailed);
        QVERIFY2(has(result.out, "  500               ✗ error 503 after 200 ms"), result.out.c_str());
        QVERIFY(has(result.out, "no other step to go to"));
        QVERIFY(result.out.ends_with("would fail its user: there is no other step to go to.\n"));
    }

    void theTableIsAtMostAHundredColumnsWide()
    {
        for (const char *chain : {"good", "thin"}) {
            const QStringList lines = QString::fromStdString(drill(chain).out).split(u'\n');
            QVERIFY(lines.size() > 15);
            for (const QString &line : lines) {
                QVERIFY2(line.size() <= 100, qPrintable(line));
            }
        }
    }

    void anUnknownChainNamesThoseThatAreThere()
    {
        const app::DrillResult result = drill("nix");
        QCOMPARE(result.exitCode, app::kWrongUsage);
        QVERIFY(result.out.empty());
        QCOMPARE(result.problem, std::string("there is no chain 'nix'; there are: good, thin"));
    }

    void aConfigurationThatCannotBeUsedIsNotTheChainsFault()
    {
        const app::DrillResult wrong = drill("good", false, "{\n\"schemaVersion\": \"x\"}");
        QCOMPARE(wrong.exitCode, app::kWrongUsage);
        QVERIFY2(has(wrong.problem, "config.json:2: schemaVersion: "), wrong.problem.c_str());
        const app::DrillResult none = app::drillChain("/does/not/exist.json", {}, {});
        QCOMPARE(none.exitCode, app::kWrongUsage);
        QVERIFY(has(none.problem, "/does/not/exist.json: cannot be read"));
    }

    void onlyWhatIsAskedForIsPlayed()
    {
        test::TempProfile profile;
        profile.writeConfig(kConfig);
        app::CommandLine line;
        line.argument = "good";
        line.whole = true;
        const app::DrillResult result = app::drillChain(profile.configFile(), line, {});
        QVERIFY2(has(result.out, "\n  429               not played"), result.out.c_str());
    }

    void theJsonIsStable()
    {
        const app::DrillResult result = drill("thin", true);
        QCOMPARE(result.exitCode, app::kFailed);
        const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(result.out));
        QVERIFY2(document.isObject(), result.out.c_str());
        const QJsonObject card = document.object();
        QCOMPARE(card.keys().join(u' '),
                 QStringLiteral("chain chainVersion everyStepDown steps usableSteps verdict wouldFail"));
        QVERIFY(card[u"wouldFail"].toBool());
        const QJsonObject step = card[u"steps"].toArray()[0].toObject();
        QCOMPARE(step.keys().join(u' '), QStringLiteral("barred faults model provider step why"));
        const QJsonArray faults = step[u"faults"].toArray();
        QCOMPARE(faults.size(), 10);
        QCOMPARE(faults[0].toObject().keys().join(u' '), QStringLiteral("fault streamed whole"));
        const QJsonObject cell = faults[2].toObject()[u"streamed"].toObject();
        QCOMPARE(cell.keys().join(u' '),
                 QStringLiteral("error extraCostUsd firstTokenUs mark note outcome servedStep status tokens "
                                "totalUs tried"));
        QCOMPARE(cell[u"mark"].toString(), QStringLiteral("fails"));
        QCOMPARE(cell[u"status"].toInt(), 503);
        QCOMPARE(cell[u"totalUs"].toInt(), 200'000);
        QVERIFY(cell[u"firstTokenUs"].isNull());
        const QJsonObject tried = cell[u"tried"].toArray()[0].toObject();
        QCOMPARE(tried[u"outcome"].toString(), QStringLiteral("ServerFailed"));
        QCOMPARE(card[u"everyStepDown"].toObject().keys().join(u' '), QStringLiteral("streamed whole"));
    }
};

SIGNALBOX_TEST(DrillCommandTest)
#include "drill_command_test.moc"
