// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/traits.h"

#include "core/foundation/json/tree.h"
#include "core/request/dialect/chat_traits.h"
#include "core/request/dialect/messages/messages_codec.h"
#include "core/request/dialect/neutral/token_count.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/neutral/equal_conversations.h"

using namespace signalbox;
using namespace signalbox::test;

namespace {
dialect::RequestTraits chatTraits(const std::string &body)
{
    dialect::ChatTraitsReader reader;
    return reader.read(body);
}

dialect::RequestTraits messagesTraits(const std::string &body)
{
    const auto got = messages::MessagesCodec().readRequest(body);
    return got ? neutral::traitsOf(*got) : dialect::RequestTraits{};
}

#define SAME(a, b)                                                                                           \
    QCOMPARE(QByteArray::fromStdString(a.session), QByteArray::fromStdString(b.session));                    \
    QCOMPARE(QByteArray::fromStdString(a.allText), QByteArray::fromStdString(b.allText));                    \
    QCOMPARE(QByteArray::fromStdString(a.system), QByteArray::fromStdString(b.system));                      \
    QCOMPARE(QByteArray::fromStdString(a.lastUser), QByteArray::fromStdString(b.lastUser));                  \
    QCOMPARE(a.promptTokens, b.promptTokens);                                                                \
    QCOMPARE(a.maxOutput, b.maxOutput);                                                                      \
    QCOMPARE(a.turns, b.turns);                                                                              \
    QCOMPARE(a.toolCount, b.toolCount);                                                                      \
    QCOMPARE(a.toolResults, b.toolResults);                                                                  \
    QVERIFY(a.tools == b.tools && a.images == b.images && a.audio == b.audio && a.jsonSchema == b.jsonSchema)

const std::string kChat =
    R"({"model":"m","max_tokens":99,"tools":[{"type":"function","function":{"name":"look","description":"Looks.","parameters":{"type":"object","properties":{"in":{"type":"string"}}},"strict":true}}],"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"What is in the box?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0"}}]},{"role":"assistant","content":"I look.","tool_calls":[{"id":"t1","type":"function","function":{"name":"look","arguments":"{\"in\":\"box\"}"}},{"id":"t2","type":"function","function":{"name":"look","arguments":"{}"}}]},{"role":"tool","tool_call_id":"t1","content":"a cat"},{"role":"tool","tool_call_id":"t2","content":"nothing"},{"role":"user","content":"And now?"}]})";
const std::string kMessages =
    R"({"model":"m","max_tokens":99,"system":[{"type":"text","text":"x-anthropic-billing-header: 7"},{"type":"text","text":"Be brief."}],"tools":[{"name":"look","description":"Looks.","input_schema":{"type":"object","properties":{"in":{"type":"string"}}},"strict":true}],"messages":[{"role":"user","content":[{"type":"text","text":"What is in the box?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0"}}]},{"role":"assistant","content":[{"type":"text","text":"I look."},{"type":"tool_use","id":"t1","name":"look","input":{"in":"box"}},{"type":"tool_use","id":"t2","name":"look","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"a cat"},{"type":"tool_result","tool_use_id":"t2","content":[{"type":"text","text":"nothing"}]},{"type":"text","text":"And now?"}]}]})";
const std::string kDocument =
    R"({"model":"m","messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"secret words"}},{"type":"search_result","title":"found"}]}]})";
const std::string kChatMedia =
    R"({"model":"m","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},{"type":"image_url","image_url":{"url":"https://example.org/a","detail":"low"}},{"type":"file","file":{"file_id":"file-1","filename":"a.pdf"}}]}]})";

neutral::Conversation media()
{
    using neutral::Media;
    neutral::Conversation out{.model = "m"};
    neutral::Message message{.role = neutral::Role::User};
    for (const Media &one : {Media{.kind = Media::Kind::Audio, .mime = "audio/wav", .data = "AAAA"},
                             Media{.url = "https://example.org/a", .detail = "low"},
                             Media{.kind = Media::Kind::Document, .fileId = "file-1", .name = "a.pdf"}}) {
        message.parts.push_back({one, std::nullopt});
    }
    out.messages.push_back(std::move(message));
    return out;
}
} // namespace

class NeutralTraitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatChatTraitsTell()
    {
        base::Random random(7);
        for (int round = 0; round < 300; ++round) {
            const QByteArray letters = randomLetters(random);
            const auto chat = chatTraits(chatOf(letters));
            const auto other = neutral::traitsOf(neutralOf(letters));
            SAME(other, chat);
        }
    }

    void oneConversationIsTheSameInEveryDialect()
    {
        auto other = messagesTraits(kMessages);
        const auto chat = chatTraits(kChat);
        QVERIFY(chat.images && chat.tools && chat.toolResults == 2);
        const auto billing =
            neutral::countTokens(*messages::MessagesCodec().readRequest(kMessages)).messages[0]
            - dialect::kTokensPerMessage - 3; // "Be brief." is three
        QVERIFY(billing > 0);
        other.promptTokens -= billing; // Anthropic counts it, and nobody else gets it
        SAME(other, chat);
    }

    void mediaOfEveryKindCountTheSame()
    {
        const auto other = neutral::traitsOf(media());
        const auto chat = chatTraits(kChatMedia);
        QVERIFY(chat.audio && chat.images);
        SAME(other, chat);
    }

    void textInDocumentsIsText()
    {
        const auto traits = messagesTraits(kDocument);
        QVERIFY(traits.allText.starts_with("secret words\n"));
        QVERIFY(traits.allText.find("search_result") != std::string::npos);
    }

    void aSessionLastsOverItsTurns()
    {
        const auto first = neutral::traitsOf(neutralOf("s u")).session;
        QVERIFY(!first.empty());
        QCOMPARE(neutral::traitsOf(neutralOf("s u a u c1 r1")).session, first);
        QVERIFY(neutral::traitsOf(neutralOf("s s u")).session != first);
        QCOMPARE(neutral::traitsOf({}).session, std::string());
    }

    void seesASchemaAndSpokenAnswers()
    {
        neutral::Conversation c = neutralOf("u");
        c.format.kind = neutral::OutputFormat::Kind::JsonSchema;
        json::Value modalities =
            json::Value::array({json::Value::string("text"), json::Value::string("audio")});
        c.rest.push_back({"modalities", std::move(modalities), 0});
        c.maxOutput = -4;
        const auto traits = neutral::traitsOf(c);
        QVERIFY(traits.jsonSchema && traits.audio && traits.maxOutput == 0);
        QVERIFY(traits.promptTokens > neutral::traitsOf(neutralOf("u")).promptTokens);
    }
};

SIGNALBOX_TEST(NeutralTraitsTest)
#include "neutral_traits_test.moc"
