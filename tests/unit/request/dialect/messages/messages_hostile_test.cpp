// SPDX-License-Identifier: GPL-3.0-or-later
#include <set>

#include "core/foundation/base/random.h"
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/messages_codec.h"
#include "core/request/dialect/neutral/value_read.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/messages/messages_samples.h"
#include "tests/unit/request/dialect/neutral/equal_conversations.h"

using namespace signalbox;
using namespace signalbox::test::messages;
using neutral::textOf;

namespace {
void collect(json::Value &value, std::vector<json::Value *> &out)
{
    out.push_back(&value);
    for (json::Value &item : value.items()) {
        collect(item, out);
    }
    for (json::Member &member : value.members()) {
        collect(member.value, out);
    }
}

/// The same JSON with up to three values of it exchanged for something else.
std::string spoiled(const std::string &body, base::Random &random)
{
    json::Value root = json::readTree(body).value_or(json::Value());
    for (std::uint64_t times = random.next() % 3 + 1; times-- > 0;) {
        std::vector<json::Value *> all;
        collect(root, all);
        json::Value *const one = all[random.next() % all.size()];
        switch (random.next() % 8) {
        case 0:
            *one = {};
            break;
        case 1:
            *one = json::Value::number("-1e99");
            break;
        case 2:
            *one = json::Value::string("");
            break;
        case 3:
            *one = json::Value::array();
            break;
        case 4:
            *one = json::Value::object();
            break;
        case 5: {
            const json::Value other = *all[random.next() % all.size()];
            *one = other;
            break;
        }
        case 6:
            *one = json::Value::boolean(true);
            break;
        default:
            *one = json::Value::string("user");
        }
    }
    return json::writeCompact(root);
}

/// What Anthropic would refuse in a `messages` array; empty: nothing.
std::string mistake(const json::Value &messages)
{
    std::string before;
    std::set<std::string> open;
    for (const json::Value &message : messages.items()) {
        const std::string role = textOf(message, "role");
        if (role == before || (before.empty() && role != "user")) {
            return "turn of " + role + " behind " + before;
        }
        before = role;
        const json::Value *const content = message.find("content");
        const json::Value plain = json::Value::array();
        bool results = true;
        for (const json::Value &block : content->items()) {
            const std::string type = textOf(block, "type");
            results &= type == "tool_result";
            if (type == "tool_result" && (!results || open.erase(textOf(block, "tool_use_id")) == 0)) {
                return "result out of place";
            }
            if (type == "text" && textOf(block, "text").find_first_not_of(" \n\t\r") == std::string::npos) {
                return "empty text";
            }
        }
        if (content->items().empty() && content->text().empty()) {
            return "empty message";
        }
        if (!open.empty()) {
            return "call without result";
        }
        for (const json::Value &block : content->items()) {
            const bool call = textOf(block, "type") == "tool_use";
            if (call && (!open.insert(textOf(block, "id")).second || !neutral::objectOf(block, "input"))) {
                return "bad call";
            }
        }
    }
    return messages.items().empty() ? "no messages" : open.empty() ? "" : "call without result";
}

/// Without what only Anthropic's own clients say, and are themselves to blame for.
void asFromChat(neutral::Conversation &conversation)
{
    conversation.origin = base::Dialect::Chat;
    for (neutral::Message &message : conversation.messages) {
        for (neutral::Part &part : message.parts) {
            if (auto *const foreign = std::get_if<neutral::Foreign>(&part.what)) {
                foreign->origin = base::Dialect::Chat;
            }
        }
    }
}

/// Of a written request.
std::string mistakeIn(const std::string &body)
{
    const auto root = json::readTree(body);
    const json::Value *const messages = root ? root->find("messages") : nullptr;
    return messages ? mistake(*messages) : "no request";
}
} // namespace

class MessagesHostileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whateverIsAskedIsWrittenAsAnthropicWantsIt()
    {
        base::Random random(3);
        const messages::MessagesCodec codec;
        for (int round = 0; round < 2000; ++round) {
            QByteArray letters = test::randomLetters(random);
            if (random.next() % 3 == 0) {
                letters.replace("c1", "a"); // results of nobody's call
            } else if (random.next() % 3 == 0) {
                letters.replace("r1", "a"); // calls that nobody answers
            }
            const auto written = codec.writeRequest(test::neutralOf(letters), {});
            QVERIFY(written);
            const std::string wrong = mistakeIn(written->body);
            QVERIFY2(wrong.empty(), (letters.toStdString() + ": " + wrong + "\n" + written->body).c_str());
            QVERIFY(codec.readRequest(written->body));
        }
    }

    void spoiledRequestsAreRefusedOrPutRight()
    {
        base::Random random(4);
        const messages::MessagesCodec codec;
        int taken = 0;
        int refused = 0;
        for (int round = 0; round < 3000; ++round) {
            const char *const file = round % 2 ? "tool_loop_request.json" : "claude_code_request.json";
            const std::string body = spoiled(dataFile(file), random);
            auto got = codec.readRequest(body);
            if (!got) {
                ++refused;
                QVERIFY(got.error().code == base::ErrorCode::InvalidArgument && !got.error().message.empty());
                continue;
            }
            ++taken;
            const auto own = codec.writeRequest(*got, {});
            if (!own) { // a picture that is none
                QCOMPARE(own.error().code, base::ErrorCode::InvalidArgument);
                QVERIFY(own.error().message.find("holds such a") != std::string::npos);
                continue;
            }
            QVERIFY(codec.readRequest(own->body));
            asFromChat(*got);
            const auto other = codec.writeRequest(*got, {});
            QVERIFY(other);
            const std::string wrong = mistakeIn(other->body);
            QVERIFY2(wrong.empty(), (wrong + "\n" + body + "\n" + other->body).c_str());
        }
        QVERIFY(taken > 500 && refused > 500);
    }

    void spoiledStreamsEndBadlyOrRight()
    {
        base::Random random(5);
        for (int round = 0; round < 3000; ++round) {
            const char *const file = round % 2 ? "thinking_and_tools.txt" : "server_tool.txt";
            std::string stream;
            for (const std::string &event : eventsOf(dataFile(file))) {
                const std::size_t at = event.find("data: ") + 6;
                const bool spoil = random.next() % 8 == 0;
                const std::string data = event.substr(at, event.size() - at - 2);
                stream += event.substr(0, at) + (spoil ? spoiled(data, random) : data) + "\n\n";
            }
            const auto items = readStream(stream);
            int ends = 0;
            std::set<int> open;
            for (const neutral::StreamItem &item : items) {
                QVERIFY2(ends == 0, (describe(items) + stream).c_str()); // nothing follows
                if (const auto *const begins = std::get_if<neutral::PartBegins>(&item)) {
                    QVERIFY(open.insert(begins->part).second);
                } else if (const auto *const grows = std::get_if<neutral::PartGrows>(&item)) {
                    QVERIFY(open.contains(grows->part));
                } else if (const auto *const end = std::get_if<neutral::PartEnds>(&item)) {
                    QVERIFY(open.erase(end->part) == 1);
                } else if (std::holds_alternative<neutral::AnswerEnds>(item)) {
                    QVERIFY(open.empty());
                    ++ends;
                }
            }
            const std::string again = writeStream(items, {.id = "r"});
            QCOMPARE(again.find("message_stop") != std::string::npos, ends == 1);
        }
    }

    void spoiledAnswersAreCorruptOrRead()
    {
        base::Random random(6);
        const messages::MessagesCodec codec;
        const std::string whole =
            codec
                .writeAnswer({.choices = {{.parts = {{neutral::Text{"a", {}}, {}},
                                                     {neutral::ToolCall{.name = "f"}, {}}}}}},
                             {})
                .body;
        for (int round = 0; round < 2000; ++round) {
            const auto got = codec.readAnswer(spoiled(whole, random));
            if (got) {
                QVERIFY(json::readTree(codec.writeAnswer(*got, {}).body));
            } else {
                QVERIFY(got.error().code == base::ErrorCode::Corrupt);
            }
        }
    }
};

SIGNALBOX_TEST(MessagesHostileTest)
#include "messages_hostile_test.moc"
