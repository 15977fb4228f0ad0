// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/fit.h"

#include "core/request/dialect/chat_fit.h"
#include "core/request/dialect/neutral/token_count.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/neutral/equal_conversations.h"

using namespace signalbox;
using namespace signalbox::test;

namespace {
using Numbers = std::vector<int>;

neutral::Part call(const std::string &id)
{
    return {neutral::ToolCall{.id = id, .name = "look", .arguments = "{}"}, std::nullopt};
}
neutral::Part result(const std::string &id)
{
    return {neutral::ToolResult{.callId = id}, std::nullopt};
}
} // namespace

class NeutralFitTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cutsWhatChatFitCuts()
    {
        base::Random random(11);
        int cut = 0;
        int impossible = 0;
        for (int round = 0; round < 2000; ++round) {
            const QByteArray letters = randomLetters(random);
            const neutral::Conversation conversation = neutralOf(letters);
            const std::int64_t all = neutral::countTokens(conversation).total();
            const auto limit = static_cast<std::int64_t>(random.unit() * 1.1 * static_cast<double>(all));
            const auto chat = dialect::fitToContext(chatOf(letters), limit);
            const auto fitted = neutral::fitToContext(conversation, limit);
            QVERIFY2(chat.has_value() == fitted.has_value(), letters.constData());
            if (!fitted) {
                ++impossible;
                continue;
            }
            cut += fitted->droppedTurns > 0 ? 1 : 0;
            QVERIFY2(numbersOf(fitted->conversation) == numbersOf(chat->body), letters.constData());
            QCOMPARE(fitted->droppedTurns, chat->droppedTurns);
            QCOMPARE(fitted->droppedTokens, chat->droppedTokens);
            QVERIFY(neutral::countTokens(fitted->conversation).total() <= limit);
        }
        QVERIFY2(cut > 300 && impossible > 100, qPrintable(QString::number(cut)));
    }

    void resultsOfSeveralCallsGoTogether()
    {
        neutral::Conversation c = neutralOf("u u");
        const auto turn = [](neutral::Role role, std::vector<neutral::Part> parts) {
            return neutral::Message{.role = role, .parts = std::move(parts)};
        };
        using neutral::Role;
        c.messages.insert(c.messages.begin() + 1,
                          {turn(Role::Assistant, {call("a")}), turn(Role::Assistant, {call("b")}),
                           turn(Role::Tool, {result("b"), result("a")})});
        const auto fitted = neutral::fitToContext(c, neutral::countTokens(c).total() - 12);
        QVERIFY(fitted);
        QCOMPARE(numbersOf(fitted->conversation),
                 Numbers{1}); // the first user turn, both calls, their results
        QCOMPARE(fitted->droppedTurns, 5);
    }

    void whatFitsStaysAsItIs()
    {
        const neutral::Conversation c = neutralOf("s u c1 r1 u");
        const auto fitted = neutral::fitToContext(c, neutral::countTokens(c).total());
        QVERIFY(fitted && fitted->conversation == c && fitted->droppedTurns == 0);
        QVERIFY(!neutral::fitToContext(c, 1));
        QVERIFY(!neutral::fitToContext({}, 0));
    }
};

SIGNALBOX_TEST(NeutralFitTest)
#include "neutral_fit_test.moc"
