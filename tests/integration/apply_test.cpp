// SPDX-License-Identifier: GPL-3.0-or-later
// A new configuration, from the window or from an editor, is for the next request: those that run keep
// theirs.
#include <algorithm>

#include "core/foundation/config/document.h"
#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using events::Notice;
using test::Reply;

namespace {
config::Config swapped(const config::Config &config)
{
    config::Config next = config;
    std::swap(next.chains[0].steps[0], next.chains[0].steps[1]);
    ++next.chains[0].version;
    return next;
}

bool hasText(const std::vector<Notice> &notices, std::string_view text)
{
    return std::ranges::any_of(
        notices, [&](const Notice &notice) { return notice.text.find(text) != std::string::npos; });
}

std::string replaced(std::string text, std::string_view what, std::string_view with)
{
    const std::size_t at = text.find(what);
    return at == std::string::npos ? std::string("nothing to replace") : text.replace(at, what.size(), with);
}
} // namespace

class ApplyTest : public QObject
{
    Q_OBJECT

private:
    static void waitForNotice(test::EngineFixture &box, Notice::Kind kind, std::size_t count = 1)
    {
        QTRY_COMPARE_WITH_TIMEOUT(box.notices(kind).size(), count, 10'000);
    }

private Q_SLOTS:
    void aRunningRequestKeepsItsChain()
    {
        test::TwoProviders box;
        box.first.then(test::openStream("Once upon")
                           .wait("go")
                           .event(test::finishChunk())
                           .event(test::usageChunk(3, 4))
                           .event("[DONE]")
                           .lastChunk());
        box.first.then(Reply().wait("late").close());
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        test::Call &streaming = box.call(true);
        QVERIFY(streaming.waitForText("Once upon"));
        test::Call &waiting = box.call(true); // nothing has come for this one yet
        QTRY_COMPARE(box.first.requestCount(), 2);

        QCOMPARE(box.apply(swapped(box.config)), std::string());
        QCOMPARE(box.engine().config()->chains[0].version, 2);
        const test::Answer next = box.ask(true);
        QCOMPARE(next.field("x-signalbox-chain"), std::string("demo@2"));
        QCOMPARE(next.field("x-signalbox-served-by"), std::string("second/second-model"));
        QCOMPARE(next.field("x-signalbox-attempts"), std::string("1"));

        box.first.go("go");
        box.first.go("late");
        const test::Answer old = streaming.answer();
        QCOMPARE(old.field("x-signalbox-chain"), std::string("demo@1"));
        QVERIFY(old.says("[DONE]"));
        const test::Answer fallen = waiting.answer();
        QCOMPARE(fallen.field("x-signalbox-chain"), std::string("demo@1"));
        QVERIFY(fallen.says("from the second")); // the second step of the old order

        const auto rows = box.rows(3);
        QCOMPARE(rows.size(), std::size_t(3));
        QCOMPARE(rows[0].request.started.chainVersion, 1);
        QCOMPARE(rows[1].request.started.chainVersion, 1);
        QCOMPARE(rows[1].attempts.size(), std::size_t(2));
        QCOMPARE(rows[2].request.started.chainVersion, 2);
        QCOMPARE(rows[2].attempts[0].provider, std::string("second"));
        QVERIFY(hasText(box.notices(Notice::Kind::ConfigApplied), "version 2"));
        QCOMPARE(test::disagreement(box), QString());
    }

    void whatIsAppliedIsInTheFile()
    {
        test::TwoProviders box;
        QVERIFY(box.start());
        const config::Config next = swapped(box.config);
        QCOMPARE(box.apply(next), std::string());
        QCOMPARE(box.profile.read("config.json"), config::writeConfig(next));
    }

    void aConfigurationWithAMistakeIsNotApplied()
    {
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        config::Config wrong = swapped(box.config);
        wrong.chains[0].steps[0].provider = "nobody";
        const std::string problem = box.apply(wrong);
        QVERIFY2(problem.find("nobody") != std::string::npos, problem.c_str());
        QCOMPARE(box.profile.read("config.json"), config::writeConfig(box.config));
        QCOMPARE(box.ask().field("x-signalbox-chain"), std::string("demo@1"));
        QCOMPARE(test::disagreement(box), QString());
    }

    void anEditByHandIsTakenOver()
    {
        test::TwoProviders box;
        QVERIFY(box.start());
        box.profile.writeConfig(config::writeConfig(swapped(box.config)));
        waitForNotice(box, Notice::Kind::ConfigApplied);
        const test::Answer answer = box.ask();
        QCOMPARE(answer.field("x-signalbox-chain"), std::string("demo@2"));
        QVERIFY(answer.says("from the second"));
        QCOMPARE(test::disagreement(box), QString());
    }

    void aBadEditKeepsWhatRuns()
    {
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        const std::string good = config::writeConfig(box.config);
        const std::string bad = replaced(good, "\"schemaVersion\": 1,", "\"schemaVersion\": 1,\n\n  oops");
        box.profile.writeConfig(bad);
        waitForNotice(box, Notice::Kind::ConfigRejected);
        const Notice told = box.notices(Notice::Kind::ConfigRejected).front();
        QVERIFY2(told.text.find("line 4") != std::string::npos, told.text.c_str());
        QCOMPARE(told.subject, box.profile.configFile());
        QVERIFY(box.ask().says("from the first"));
        QCOMPARE(box.profile.read("config.json"), bad); // the user's text is not touched

        box.profile.writeConfig(replaced(good, "\"demo\"", "\"renamed\""));
        waitForNotice(box, Notice::Kind::ConfigApplied);
        QVERIFY(box.call(false, {}, "renamed").answer().says("from the first"));
        QCOMPARE(test::disagreement(box), QString());
    }

    void anUnknownFieldIsNamed()
    {
        test::TwoProviders box;
        box.demo().steps[1].idle = config::Ms(7000);
        QVERIFY(box.start());
        box.profile.writeConfig(replaced(config::writeConfig(box.config), "\"idleMs\"", "\"idelMs\""));
        waitForNotice(box, Notice::Kind::ConfigRejected);
        const std::string text = box.notices(Notice::Kind::ConfigRejected).front().text;
        QVERIFY2(text.find("chains[0].steps[1].idelMs") != std::string::npos, text.c_str());
        QVERIFY2(text.find("did you mean 'idleMs'?") != std::string::npos, text.c_str());
        QVERIFY2(text.find("line ") != std::string::npos, text.c_str());
        QCOMPARE(*box.engine().config(), box.config);
    }

    void aBadFileAtTheStartIsLeftAlone()
    {
        const std::string bad = "{\n  \"schemaVersion\": 1,\n  \"chains\": [}\n}\n";
        test::EngineFixture box;
        box.profile.writeConfig(bad);
        box.startAsItIs();
        QTRY_VERIFY_WITH_TIMEOUT(box.engine().server().listening, 10'000); // with safe defaults
        waitForNotice(box, Notice::Kind::ConfigRejected);
        const std::string text = box.notices(Notice::Kind::ConfigRejected).front().text;
        QVERIFY2(text.find("line 3") != std::string::npos, text.c_str());
        std::optional<int> status;
        box.otherRequests = 1;
        box.engine().sendTestRequest(
            "demo", [&](base::Result<engine::TestAnswer> answer) { status = answer ? answer->status : 0; });
        QTRY_COMPARE_WITH_TIMEOUT(status, std::optional(200), 10'000);
        QCOMPARE(box.profile.read("config.json"), bad);
        QCOMPARE(test::disagreement(box), QString());
    }
};

SIGNALBOX_TEST(ApplyTest)
#include "apply_test.moc"
