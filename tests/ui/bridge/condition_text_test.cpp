// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/condition_text.h"

#include <QLocale>
#include <QTest>

#include "tests/support/registry.h"

using namespace signalbox;
using config::Condition;
using Op = Condition::Op;

class ConditionTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void saysAConditionInOneLine()
    {
        const Condition tools{Op::Equal, "tools", {"true"}, {}};
        const Condition noStream{Op::NotEqual, "stream", {"true"}, {}};
        const Condition large{Op::Greater, "promptTokens", {"8000"}, {}};
        const Condition models{Op::In, "model", {"gpt-5*", "o*"}, {}};
        const Condition regex{Op::Matches, "metadata.team", {"^a"}, {}};
        const Condition night{Op::AtLeast, "time", {"22:00"}, {}};
        const auto says = [](const Condition &condition, const char *expected) {
            QCOMPARE(bridge::conditionText(condition), QString::fromUtf8(expected));
        };
        says({}, "");
        says(tools, "tools");
        says({Op::All, {}, {}, {tools, noStream, large}}, "tools and no stream and prompt tokens > 8,000");
        says({Op::Any, {}, {}, {models, {Op::All, {}, {}, {regex, night}}}},
             "model is one of gpt-5*, o* or (metadata.team matches /^a/ and time ≥ 22:00)");
        says({Op::Not, {}, {}, {models}}, "not (model is one of gpt-5*, o*)");
    }
};

SIGNALBOX_TEST(ConditionTextTest)
#include "condition_text_test.moc"
