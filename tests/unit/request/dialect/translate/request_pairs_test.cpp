// SPDX-License-Identifier: GPL-3.0-or-later
// There and back: A → B → A gives the same request again, or says what got lost.
#include <map>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/items/made_up_thoughts.h"
#include "core/request/dialect/translate/codecs.h"
#include "tests/support/dialect/random_conversation.h"
#include "tests/support/registry.h"

using namespace signalbox;
using base::Dialect;

namespace {
constexpr std::array kConversations = {Dialect::Chat, Dialect::Responses, Dialect::Messages, Dialect::Gemini};
constexpr std::uint64_t kSeeds = 300;

/// What all of them can say.
test::Vocabulary common(Dialect origin)
{
    test::Vocabulary words;
    words.origin = origin;
    words.images = true;
    words.objectArguments = true;
    return words;
}

/// All that OpenAI's Chat can say.
test::Vocabulary everything()
{
    test::Vocabulary words = common(Dialect::Chat);
    words.developer = words.systemAnywhere = words.names = words.severalTexts = true;
    words.imageUrls = words.imageDetail = words.audio = words.documents = words.refusals = true;
    words.customTools = words.strict = words.allowedTools = words.parallelTools = words.formats = true;
    words.effort = words.penalties = words.seed = words.severalAnswers = words.logprobs = true;
    words.logitBias = words.verbosity = words.user = words.cacheKey = words.serviceTier = true;
    words.metadata = words.store = words.maxCompletion = true;
    words.stops = 4;
    return words;
}

/// Ids of calls by their order: Gemini has none.
void renumberCalls(neutral::Conversation &conversation)
{
    std::map<std::string, std::string> names;
    for (neutral::Message &message : conversation.messages) {
        for (neutral::Part &part : message.parts) {
            if (auto *const call = std::get_if<neutral::ToolCall>(&part.what)) {
                call->id = names.try_emplace(call->id, "call " + std::to_string(names.size())).first->second;
            } else if (auto *const result = std::get_if<neutral::ToolResult>(&part.what)) {
                result->callId = names[result->callId];
            }
        }
    }
}

/// The messages and tools of a conversation as Chat says them.
std::string inChat(neutral::Conversation conversation)
{
    renumberCalls(conversation);
    for (neutral::Tool &tool : conversation.tools) {
        if (tool.strict == false) {
            tool.strict.reset(); // Responses has to say what is the rule elsewhere
        }
    }
    const auto written = translate::codecFor(Dialect::Chat).writeRequest(conversation, {.model = "m"});
    const auto tree = written ? json::readTree(written->body) : std::unexpected(json::SyntaxError());
    if (!tree) {
        return "cannot be said";
    }
    std::string out;
    for (const char *name : {"messages", "tools", "tool_choice"}) {
        const json::Value *const value = tree->find(name);
        out += std::string(name) + ": " + (value ? json::writeCompact(*value) : "none") + "\n";
    }
    return out;
}
} // namespace

class RequestPairsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatAllCanSayIsKept_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("by");
        for (const Dialect from : kConversations) {
            for (const Dialect by : kConversations) {
                QTest::addRow("%s by %s", base::toText(from).data(), base::toText(by).data())
                    << int(from) << int(by);
            }
        }
    }

    void whatAllCanSayIsKept()
    {
        QFETCH(int, from);
        QFETCH(int, by);
        const neutral::Codec &there = translate::codecFor(Dialect(by));
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            // As the first dialect's reader gives it.
            const neutral::Codec &first = translate::codecFor(Dialect(from));
            const auto own =
                first.writeRequest(test::randomConversation(seed, common(Dialect(from))), {.model = "m"});
            QVERIFY(own.has_value());
            const auto said = first.readRequest(own->body);
            QVERIFY(said.has_value());
            const auto written = there.writeRequest(*said, {.model = "m"});
            QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
            const auto back = there.readRequest(written->body);
            QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
            QCOMPARE(QByteArray::fromStdString(inChat(*back)), QByteArray::fromStdString(inChat(*said)));
        }
    }

    void whatIsNotKeptIsNamed_data()
    {
        QTest::addColumn<int>("by");
        for (const Dialect by : kConversations) {
            QTest::addRow("chat by %s", base::toText(by).data()) << int(by);
        }
    }

    void whatIsNotKeptIsNamed()
    {
        QFETCH(int, by);
        const neutral::Codec &there = translate::codecFor(Dialect(by));
        int kept = 0;
        int named = 0;
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const neutral::Conversation said = test::randomConversation(seed, everything());
            const auto written = there.writeRequest(said, {.model = "m"});
            if (!written) {
                ++named; // refused, with words
                QVERIFY(!written.error().message.empty());
                continue;
            }
            const auto back = there.readRequest(written->body);
            QVERIFY2(back.has_value(), written->body.c_str());
            const auto before = translate::codecFor(Dialect::Chat).writeRequest(said, {.model = "m"});
            const auto after = translate::codecFor(Dialect::Chat).writeRequest(*back, {.model = "m"});
            QVERIFY(before && after);
            const auto treeBefore = json::readTree(before->body);
            const auto treeAfter = json::readTree(after->body);
            bool lost = false;
            for (const json::Member &member : treeBefore->members()) {
                lost |= treeAfter->find(member.name) == nullptr;
            }
            QVERIFY2(!lost || !written->dropped.empty(), (before->body + "\n\n" + after->body).c_str());
            (written->dropped.empty() ? kept : named) += 1;
        }
        QVERIFY(by == int(Dialect::Chat) ? kept > 0 : named > 0);
    }

    void thoughtsThatAResponsesProviderNeverHadDoNotReachIt()
    {
        const std::string body = "{\"model\":\"m\", \"input\": [{\"role\":\"user\",\"content\":\"hi\"},"
                                 "{\"type\":\"reasoning\",\"id\":\"rs_signalbox_r_0\",\"summary\":[]},"
                                 "{\"type\":\"reasoning\",\"id\":\"rs_own\",\"summary\":[]}]}";
        const auto without = responses::withoutMadeUpThoughts(body);
        QVERIFY(without.has_value());
        QCOMPARE(*without, std::string("{\"model\":\"m\", \"input\": [{\"role\":\"user\",\"content\":\"hi\"},"
                                       "{\"type\":\"reasoning\",\"id\":\"rs_own\",\"summary\":[]}]}"));
        QVERIFY(!responses::withoutMadeUpThoughts(*without));
        QVERIFY(!responses::withoutMadeUpThoughts("{\"model\":\"m\",\"input\":\"rs_signalbox\"}"));
    }
};

SIGNALBOX_TEST(RequestPairsTest)
#include "request_pairs_test.moc"
