// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/condition_check.h"

#include "tests/support/registry.h"

using namespace signalbox;
using config::Condition;
using Op = Condition::Op;
using routing::Facts;

Q_DECLARE_METATYPE(config::Condition)
Q_DECLARE_METATYPE(config::Condition::Op)

namespace {
Facts example()
{
    Facts facts;
    facts.client = "aider";
    facts.model = "gpt-5.6-mini";
    facts.stream = true;
    facts.traits.promptTokens = 8000;
    facts.traits.tools = true;
    facts.complexity = routing::Complexity::Complex;
    facts.language = "de";
    facts.metadata = {{"team", "red"}, {"level", "10"}, {"none", ""}};
    facts.minuteOfDay = 9 * 60 + 30;
    facts.weekday = 2;
    facts.network = routing::Network::Metered;
    facts.budgets = {{.state = config::BudgetState::Warned}};
    return facts;
}

Condition one(Op op, const char *field, std::vector<std::string> values)
{
    return {.op = op, .field = field, .values = std::move(values)};
}

Condition group(Op op, std::vector<Condition> parts)
{
    return {.op = op, .parts = std::move(parts)};
}

constexpr std::pair<Op, const char *> kOps[] = {
    {Op::Equal, "eq"},   {Op::NotEqual, "ne"}, {Op::In, "in"},     {Op::Greater, "gt"},
    {Op::AtLeast, "ge"}, {Op::Less, "lt"},     {Op::AtMost, "le"}, {Op::Matches, "re"},
};

/// A pattern that takes exponential time on what almost matches it.
std::string hangs()
{
    return "^(a+)+[cd]$";
}

/// One that takes the sixth power of the text's length; without brackets, whose turns are easier to count.
std::string polynomial()
{
    return "a*a*a*a*a*[cd]";
}
} // namespace

class ConditionCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFurthestBudgetThatCoversItCounts_data()
    {
        QTest::addColumn<QByteArray>("chain");
        QTest::addColumn<QByteArray>("provider");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("state");
        QTest::newRow("a rule") << QByteArray() << QByteArray() << QByteArray() << QByteArray("ok");
        QTest::newRow("another step")
            << QByteArray("c") << QByteArray("p") << QByteArray("m") << QByteArray("ok");
        QTest::newRow("its chain") << QByteArray("dear") << QByteArray("p") << QByteArray("m")
                                   << QByteArray("warned");
        QTest::newRow("its provider")
            << QByteArray("dear") << QByteArray("openai") << QByteArray("m") << QByteArray("spent");
        QTest::newRow("its model") << QByteArray("c") << QByteArray("p") << QByteArray("gpt")
                                   << QByteArray("warned");
        QTest::newRow("only one of two names")
            << QByteArray("c") << QByteArray("box") << QByteArray("m") << QByteArray("ok");
        QTest::newRow("both names") << QByteArray("c") << QByteArray("box") << QByteArray("big")
                                    << QByteArray("spent");
    }
    void theFurthestBudgetThatCoversItCounts()
    {
        QFETCH(QByteArray, chain);
        QFETCH(QByteArray, provider);
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, state);
        using config::BudgetState;
        Facts facts;
        facts.budgets = {{.state = BudgetState::Ok},
                         {.chain = "dear", .state = BudgetState::Warned},
                         {.provider = "openai", .state = BudgetState::Spent},
                         {.model = "gpt", .state = BudgetState::Warned},
                         {.provider = "box", .model = "big", .state = BudgetState::Spent}};
        const std::string names[] = {chain.toStdString(), provider.toStdString(), model.toStdString()};
        for (const char *const one : {"ok", "warned", "spent"}) {
            const Condition is{.op = Op::Equal, .field = "budget", .values = {one}};
            QCOMPARE(routing::holds(is, facts, {names[0], names[1], names[2]}), state == one);
        }
    }

    void withoutABudgetAllIsWell()
    {
        QVERIFY(routing::holds(one(Op::Equal, "budget", {"ok"}), Facts()));
        QVERIFY(routing::holds(one(Op::Less, "budget", {"spent"}), Facts(), {"c", "p", "m"}));
        QVERIFY(
            !routing::needsTraits(one(Op::Equal, "budget", {"ok"}))); // the conversation is not read for it
    }

    void everyFieldWithEveryOperator_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("holding"); // the operators that hold, of those in kOps
        const auto row = [](const char *field, const char *value, const char *holding) {
            QTest::addRow("%s %s", field, value)
                << QByteArray(field) << QByteArray(value) << QByteArray(holding);
        };
        row("client", "aider", "eq in re");
        row("client", "zed", "ne");
        row("client", "ai*", "eq in re");
        row("client", "ide", "ne re");
        row("model", "gpt-5*", "eq in re");
        row("model", "gpt-5.6", "ne re");
        row("model", "*-mini", "eq in");
        row("language", "de", "eq in re");
        row("language", "en", "ne");
        row("language", "*", "eq in");
        row("promptTokens", "8000", "eq in ge le re");
        row("promptTokens", "8000.5", "ne lt le");
        row("promptTokens", "900", "ne gt ge");
        row("promptTokens", "many", "ne");
        row("tools", "true", "eq in re");
        row("tools", "false", "ne");
        row("tools", "yes", "ne");
        row("images", "false", "eq in re");
        row("jsonSchema", "true", "ne");
        row("stream", "true", "eq in re");
        row("private", "true", "ne");
        row("complexity", "complex", "eq in ge le re");
        row("complexity", "simple", "ne gt ge");
        row("complexity", "reasoning", "ne lt le");
        row("complexity", "terrible", "ne");
        row("time", "09:30", "eq in ge le");
        row("time", "09:29", "ne gt ge");
        row("time", "18:00", "ne lt le");
        row("time", "9:30", "ne");
        row("time", "24:00", "ne");
        row("weekday", "wed", "eq in ge le re");
        row("weekday", "mon", "ne gt ge");
        row("weekday", "sun", "ne lt le");
        row("weekday", "Wed", "ne");
        row("network", "metered", "eq in re");
        row("network", "offline", "ne");
        row("budget", "warned", "eq in ge le re");
        row("budget", "ok", "ne gt ge");
        row("budget", "spent", "ne lt le");
        row("budget", "Spent", "ne");
        row("metadata.team", "red", "eq in ge le re");
        row("metadata.team", "blue", "ne gt ge");
        row("metadata.team", "r*", "ne gt ge re");
        row("metadata.level", "10.0", "eq in ge le");
        row("metadata.level", "9", "ne gt ge");
        row("metadata.level", "x", "ne lt le");
        row("metadata.missing", "red", "ne");
        row("metadata.none", "", "eq in ge le re");
        row("nonsense", "x", "ne");
    }
    void everyFieldWithEveryOperator()
    {
        QFETCH(QByteArray, field);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, holding);
        QByteArrayList got;
        for (const auto &[op, name] : kOps) {
            if (routing::holds(one(op, field.constData(), {value.toStdString()}), example())) {
                got.append(name);
            }
        }
        std::ranges::sort(got);
        QByteArrayList expected = holding.split(' ');
        std::ranges::sort(expected);
        QCOMPARE(got, expected);
    }

    void whatIsNotSaidIsAbsent_data()
    {
        QTest::addColumn<QByteArray>("field");
        for (const char *field : {"client", "model", "language", "metadata.team"}) {
            QTest::newRow(field) << QByteArray(field);
        }
    }
    void whatIsNotSaidIsAbsent()
    {
        QFETCH(QByteArray, field);
        for (const auto &[op, name] : kOps) {
            QCOMPARE(routing::holds(one(op, field.constData(), {"*"}), Facts{}), op == Op::NotEqual);
        }
    }

    void combines_data()
    {
        QTest::addColumn<Condition>("condition");
        QTest::addColumn<bool>("expected");
        const Condition yes = one(Op::Equal, "client", {"aider"});
        const Condition no = one(Op::Equal, "client", {"zed"});
        QTest::newRow("nothing asked") << Condition{} << true;
        QTest::newRow("all") << group(Op::All, {yes, yes}) << true;
        QTest::newRow("not all") << group(Op::All, {yes, no}) << false;
        QTest::newRow("all of none") << group(Op::All, {}) << true;
        QTest::newRow("any") << group(Op::Any, {no, yes}) << true;
        QTest::newRow("not any") << group(Op::Any, {no, no}) << false;
        QTest::newRow("any of none") << group(Op::Any, {}) << false;
        QTest::newRow("not") << group(Op::Not, {no}) << true;
        QTest::newRow("not not") << group(Op::Not, {yes}) << false;
        QTest::newRow("deep") << group(Op::All, {yes, group(Op::Any, {no, group(Op::Not, {no})})}) << true;
        QTest::newRow("one of a set") << one(Op::In, "weekday", {"mon", "wed"}) << true;
        QTest::newRow("none of a set") << one(Op::In, "weekday", {"mon", "tue"}) << false;
        QTest::newRow("an empty set") << one(Op::In, "weekday", {}) << false;
        QTest::newRow("no value to compare with") << one(Op::Greater, "promptTokens", {}) << false;
    }
    void combines()
    {
        QFETCH(Condition, condition);
        QFETCH(bool, expected);
        QCOMPARE(routing::holds(condition, example()), expected);
    }

    void invalidExpressionsNeverHold()
    {
        for (const char *pattern : {"(", "[a-", "*", "a{2,1}"}) {
            QVERIFY(!routing::holds(one(Op::Matches, "client", {pattern}), example()));
        }
        QVERIFY(!routing::holds(one(Op::Matches, "client", {}), example()));
        QVERIFY(routing::holds(one(Op::Matches, "client", {"(?i)^AID"}), example()));
    }

    void noExpressionCanHang()
    {
        Facts facts;
        facts.metadata["text"] = std::string(5000, 'a') + "b";
        for (const std::string &pattern : {hangs(), "(*LIMIT_MATCH=999999999)" + hangs(), polynomial()}) {
            QVERIFY(!routing::holds(one(Op::Matches, "metadata.text", {pattern}), facts));
        }
    }

    void onlyTheBeginningOfATextIsSearched()
    {
        Facts facts;
        facts.metadata["text"] = std::string(5000, 'a') + "b";
        QVERIFY(!routing::holds(one(Op::Matches, "metadata.text", {"b"}), facts));
        facts.metadata["text"] = "b" + std::string(5000, 'a');
        QVERIFY(routing::holds(one(Op::Matches, "metadata.text", {"b"}), facts));
    }

    void knowsWhatHasToBeRead_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<bool>("needed");
        for (const char *field :
             {"promptTokens", "tools", "images", "jsonSchema", "complexity", "language"}) {
            QTest::newRow(field) << QByteArray(field) << true;
        }
        for (const char *field :
             {"client", "model", "stream", "private", "time", "weekday", "network", "metadata.tools"}) {
            QTest::newRow(field) << QByteArray(field) << false;
        }
    }
    void knowsWhatHasToBeRead()
    {
        QFETCH(QByteArray, field);
        QFETCH(bool, needed);
        const Condition condition = one(Op::Equal, field.constData(), {"x"});
        QCOMPARE(routing::needsTraits(condition), needed);
        QCOMPARE(routing::needsTraits(group(Op::Any, {group(Op::Not, {condition})})), needed);
        config::ChainConfig chain;
        chain.steps.resize(2);
        QVERIFY(!routing::needsFacts(chain));
        chain.steps[1].when = condition;
        QCOMPARE(routing::needsFacts(chain), needed);
    }

    void plainChainsAreNotRead_data()
    {
        QTest::addColumn<int>("change");
        for (int i = 0; i < 7; ++i) {
            QTest::addRow("%d", i) << i;
        }
    }
    void plainChainsAreNotRead()
    {
        QFETCH(int, change);
        config::ChainConfig chain;
        chain.steps.resize(2);
        switch (change) {
        case 0:
            break;
        case 1:
            chain.strategy = config::Strategy::Cheapest;
            break;
        case 2:
            chain.policy.maxCost = base::Money{1};
            break;
        case 3:
            chain.policy.sticky.enabled = true;
            break;
        case 4:
            chain.policy.contextFit = config::ContextFit::Fit;
            break;
        case 5:
            chain.steps[0].maxCost = base::Money{1};
            break;
        default:
            chain.steps[1].traits.contextTokens = 8000;
            break;
        }
        QCOMPARE(routing::needsFacts(chain), change != 0);
    }
};

SIGNALBOX_TEST(ConditionCheckTest)
#include "condition_check_test.moc"
