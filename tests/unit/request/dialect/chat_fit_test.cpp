// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_fit.h"

#include <algorithm>
#include <set>

#include "core/foundation/base/random.h"
#include "core/foundation/json/document.h"
#include "core/foundation/json/scan.h"
#include "core/request/dialect/chat_traits.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
/// 20 tokens each: 4 for the message, 16 words.
std::string text(const std::string &word)
{
    std::string out;
    for (int i = 0; i < 16; ++i) {
        out += word + (i < 15 ? " " : "");
    }
    return out;
}

std::string message(const std::string &letter)
{
    const std::string said = "\"content\":\"" + text(letter.substr(0, 1)) + "\"}";
    if (letter == "s") {
        return "{\"role\":\"system\"," + said;
    }
    if (letter == "u") {
        return "{ \"role\" : \"user\", " + said;
    }
    if (letter == "a") {
        return "{\"role\":\"assistant\"," + said;
    }
    const std::string id = letter.substr(1); // of the call
    if (letter[0] == 'c') {
        return "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"" + id
               + "\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]," + said;
    }
    if (letter[0] == 'f') { // of the old kind
        return "{\"role\":\"assistant\",\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}," + said;
    }
    if (letter[0] == 'r' && id.empty()) {
        return "{\"role\":\"function\",\"name\":\"f\"," + said;
    }
    return "{\"role\":\"tool\",\"tool_call_id\":\"" + id + "\"," + said;
}

/// "s u a c1 r1": system, user, assistant, a call and its result …
std::string conversation(const QByteArray &letters, bool numbered = false)
{
    std::string out = "{\"model\":\"m\",  \"messages\" : [ ";
    const char *between = "";
    int count = 0;
    for (const QByteArray &letter : letters.split(' ')) {
        if (!letter.isEmpty()) {
            std::string one = message(letter.toStdString());
            if (numbered) {
                one.insert(1, "\"n\":" + std::to_string(++count) + ",");
            }
            out += between + one;
            between = " ,\n";
        }
    }
    return out + " ],\"temperature\":1.0}";
}

std::int64_t tokensOf(const std::string &body, dialect::ChatOutline *outline = nullptr)
{
    dialect::ChatTraitsReader reader;
    return reader.read(body, outline).promptTokens;
}

std::vector<std::string> messagesOf(const std::string &body)
{
    std::vector<std::string> out;
    for (const json::Span &one :
         json::elementsAt(body, *json::memberAt(body, json::rootAt(body), "messages"))) {
        out.emplace_back(json::slice(body, one));
    }
    return out;
}
} // namespace

class ChatFitTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesOutTheOldest_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<int>("messages"); // that there is room for
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *name, const char *before, int messages, const char *after) {
            QTest::newRow(name) << QByteArray(before) << messages << QByteArray(after);
        };
        row("fits", "s u a u", 4, "s u a u");
        row("fits and begins with an answer", "a u", 2, "a u");
        row("the oldest turn, with its answer", "s u a u", 3, "s u");
        row("as little as possible", "s u a u a u", 4, "s u a u");
        row("system messages in between stay", "s u a s u a u", 4, "s s u");
        row("system messages at the end stay", "u a u s", 2, "u s");
        row("what follows the last user turn stays", "u a u a a", 3, "u a a");
        row("a call and its result together", "u c1 r1 a u a u", 6, "u a u");
        row("a call with two results", "u c1 r1 r1 a u", 3, "u");
        row("the open tool loop stays", "u a u c1 r1 c2 r2", 5, "u c1 r1 c2 r2");
        row("no user turn: the last message stays", "s a a a", 2, "s a");
        row("a result that is late belongs to its call", "u a c1 u r1", 4, "c1 u r1");
        row("an old call and its result", "u f r a u", 2, "u");
        row("a result of nobody's call", "r9 u a u", 3, "u a u");
        row("an id used again belongs to the latest call", "u c1 r1 u c1 r1 u", 4, "u c1 r1 u");
    }
    void leavesOutTheOldest()
    {
        QFETCH(QByteArray, before);
        QFETCH(int, messages);
        QFETCH(QByteArray, after);
        const std::string body = conversation(before);
        const std::int64_t room = 3 + 20 * messages + 2 * (after.count('c') + after.count('f')); // calls: 22
        const auto fitted = dialect::fitToContext(body, room);
        QVERIFY(fitted);
        QCOMPARE(messagesOf(fitted->body), messagesOf(conversation(after)));
        QVERIFY(json::parseDocument(fitted->body));
        QCOMPARE(fitted->droppedTurns, int(before.split(' ').size() - after.split(' ').size()));
        QCOMPARE(fitted->droppedTokens, tokensOf(body) - tokensOf(fitted->body));
        QVERIFY(fitted->body.ends_with(" ],\"temperature\":1.0}"));
        if (before == after) {
            QCOMPARE(fitted->body, body);
        }
    }

    void saysWhenItCannotFit_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<int>("messages");
        QTest::newRow("the last turn alone is too much") << QByteArray("s u a u") << 1;
        QTest::newRow("the system text is too much") << QByteArray("s s s u") << 3;
        QTest::newRow("the open tool loop is too much") << QByteArray("u c1 r1 c2 r2") << 4;
        QTest::newRow("a call before the last user turn is answered behind it") << QByteArray("c1 u r1") << 2;
        QTest::newRow("no room at all") << QByteArray("u") << 0;
        QTest::newRow("only system messages") << QByteArray("s s") << 1;
    }
    void saysWhenItCannotFit()
    {
        QFETCH(QByteArray, before);
        QFETCH(int, messages);
        QVERIFY(!dialect::fitToContext(conversation(before), 3 + 20 * messages));
    }

    void toolsAndMessagesTwiceAreMinded()
    {
        const std::string body = conversation("u a u");
        std::string withTools = body;
        withTools.insert(
            1, "\"tools\":[{\"name\":\"one two three four five six seven eight nine ten eleven twelve\"}],");
        QCOMPARE(dialect::fitToContext(body, 63)->droppedTurns, 0);
        QCOMPARE(dialect::fitToContext(withTools, 63)->droppedTurns, 2);
        std::string twice = body;
        twice.insert(1, "\"messages\":[" + message("u") + "],");
        QVERIFY(!dialect::fitToContext(twice, 63));
        QVERIFY(!dialect::fitToContext("{\"model\":\"m\"}", 1));
    }

    void keepsItsPromisesForRandomConversations()
    {
        base::Random random(5);
        int cut = 0;
        int impossible = 0;
        for (int round = 0; round < 3000; ++round) {
            const std::string body = conversation(randomLetters(random), true);
            const std::int64_t all = tokensOf(body);
            const auto limit = static_cast<std::int64_t>(random.unit() * 1.1 * static_cast<double>(all));
            const auto fitted = dialect::fitToContext(body, limit);
            if (!fitted) {
                ++impossible;
                continue;
            }
            cut += fitted->droppedTurns > 0 ? 1 : 0;
            check(body, *fitted, limit);
            if (QTest::currentTestFailed()) {
                qWarning("%s", body.c_str());
                return;
            }
        }
        QVERIFY2(cut > 500 && impossible > 100,
                 std::to_string(cut).append("/").append(std::to_string(impossible)).c_str());
    }

private:
    static QByteArray randomLetters(base::Random &random)
    {
        QByteArray out = random.next() % 2 ? "s" : "";
        for (std::uint64_t turns = random.next() % 12, id = 0; turns-- > 0;) {
            switch (random.next() % 6) {
            case 0:
                out += " s";
                break;
            case 1: {
                const QByteArray call = QByteArray::number(qulonglong(random.next() % 3 ? ++id : id));
                out += " c" + call + " r" + call + (random.next() % 3 ? "" : " u r" + call);
                break;
            }
            case 2:
                out += " a";
                break;
            case 3:
                out += random.next() % 4 ? " u a" : " f r";
                break;
            default:
                out += " u";
            }
        }
        return out + (random.next() % 4 ? " u" : " a");
    }

    static void check(const std::string &body, const dialect::Fitted &fitted, std::int64_t limit)
    {
        using Role = dialect::ChatOutline::Role;
        QVERIFY(json::parseDocument(fitted.body));
        dialect::ChatOutline before;
        dialect::ChatOutline after;
        const std::int64_t all = tokensOf(body, &before);
        const std::int64_t rest = tokensOf(fitted.body, &after);
        QVERIFY(rest <= limit);
        QCOMPARE(all - rest, fitted.droppedTokens);
        QCOMPARE(int(before.messages.size() - after.messages.size()), fitted.droppedTurns);
        // What is left is a part of what was, in its order and in its bytes, and the end is there.
        const auto old = messagesOf(body);
        const auto now = messagesOf(fitted.body);
        const std::set<std::string> left(now.begin(), now.end()); // each has its own number
        std::vector<std::string> expected;
        std::ranges::copy_if(old, std::back_inserter(expected),
                             [&](const auto &one) { return left.contains(one); });
        QCOMPARE(now, expected);
        const bool hasUser =
            std::ranges::count(before.messages, Role::User, &dialect::ChatOutline::Message::role) > 0;
        bool lastTurn = true; // going back from the end
        for (std::size_t i = old.size(); i-- > 0;) {
            const bool isSystem = before.messages[i].role == Role::System;
            QVERIFY(left.contains(old[i]) || (!isSystem && !lastTurn));
            lastTurn &= hasUser ? before.messages[i].role != Role::User : isSystem;
            // A result has the call that it had, and a call its results.
            for (std::size_t j = i; j-- > 0 && !before.messages[i].answers.empty();) {
                if (std::ranges::count(before.messages[j].calls, before.messages[i].answers) > 0) {
                    QCOMPARE(left.contains(old[i]), left.contains(old[j]));
                    break;
                }
            }
        }
    }
};

SIGNALBOX_TEST(ChatFitTest)
#include "chat_fit_test.moc"
