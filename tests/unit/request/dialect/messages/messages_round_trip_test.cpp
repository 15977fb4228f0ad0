// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/messages_codec.h"
#include "tests/support/dialect/random_conversation.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/messages/messages_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;
using test::messages::joined;

namespace {
test::Vocabulary vocabulary()
{
    test::Vocabulary out{.origin = base::Dialect::Messages};
    out.systemAnywhere = out.severalTexts = out.images = out.imageUrls = out.fileIds = true;
    out.documents = out.reasoning = out.reasoningSignature = out.resultMedia = out.resultError = true;
    out.objectArguments = out.strict = out.parallelTools = out.schemaOnly = out.effort = out.budget = true;
    out.topK = out.user = out.rest = true;
    out.stops = 3;
    return out;
}

/// Takes back what the generator says and this dialect does not.
void restrict(Conversation &c)
{
    using Mode = ToolChoice::Mode;
    if (c.format.kind == OutputFormat::Kind::JsonObject) {
        c.format = {};
    }
    if (c.toolChoice.mode == Mode::Unset || c.toolChoice.mode == Mode::None) {
        c.parallelTools.reset();
    }
    c.thinking.on = c.thinking.budget ? std::optional(true) : std::nullopt;
    c.maxOutput = c.maxOutput.value_or(0) + 20000; // above any budget
    for (Message &message : c.messages) {
        for (Part &part : message.parts) {
            if (auto *const result = std::get_if<ToolResult>(&part.what)) {
                result->name.clear();
            }
        }
    }
}

/// Puts marks on the first parts of so many messages.
void mark(Conversation &c, std::size_t count)
{
    for (std::size_t i = 0; i < std::min(count, c.messages.size()); ++i) {
        if (!std::holds_alternative<Reasoning>(c.messages[i].parts[0].what)) {
            c.messages[i].parts[0].cache = CacheMark{.ttl = i % 2 ? "1h" : ""};
        }
    }
}
} // namespace

class MessagesRoundTripTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenReadsBackTheSame()
    {
        const messages::MessagesCodec codec;
        for (std::uint64_t seed = 0; seed < 2000; ++seed) {
            Conversation c = test::randomConversation(seed, vocabulary());
            restrict(c);
            mark(c, seed % 5);
            const auto written = codec.writeRequest(c, {.stream = c.stream});
            QVERIFY(written);
            // Thoughts that an open turn lacks take the thinking with them.
            const bool lacks = joined(written->dropped) == "thinking";
            QVERIFY2(written->dropped.empty() || lacks, joined(written->dropped).c_str());
            const auto again = codec.readRequest(written->body);
            QVERIFY2(again, written->body.c_str());
            if (lacks) {
                c.thinking = {.effort = c.thinking.effort};
            }
            const std::string second = codec.writeRequest(*again, {}).value_or(Written{}).body;
            QVERIFY2(*again == c, (written->body + "\n" + second).c_str());
        }
    }

    void answersReadBackTheSame()
    {
        const messages::MessagesCodec codec;
        for (std::uint64_t seed = 0; seed < 500; ++seed) {
            const Conversation c = test::randomConversation(seed, vocabulary());
            for (const Message &message : c.messages) {
                if (message.role != Role::Assistant) {
                    continue;
                }
                Answer answer{.origin = base::Dialect::Messages, .id = "msg_1", .model = "m"};
                answer.usage = {
                    .input = 1, .cachedInput = 2, .cacheWrite = 3, .cacheWrite1h = 4, .output = 5};
                answer.serviceTier = "standard";
                answer.choices.push_back(
                    {.parts = message.parts, .stop = Stop::Length, .stopText = "max_tokens"});
                const Written written = codec.writeAnswer(answer, {});
                const auto again = codec.readAnswer(written.body);
                QVERIFY2(again && *again == answer, written.body.c_str());
            }
        }
    }

    void whatChatSaysIsWrittenOrNamed()
    {
        test::Vocabulary chat = vocabulary();
        chat.origin = base::Dialect::Chat;
        chat.fileIds = false;
        chat.developer = chat.names = chat.refusals = chat.customTools = true;
        chat.objectArguments = chat.schemaOnly = false;
        chat.formats = chat.allowedTools = chat.penalties = chat.seed = chat.logprobs = true;
        const messages::MessagesCodec codec;
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            const Conversation c = test::randomConversation(seed, chat);
            const auto written = codec.writeRequest(c, {.model = "claude-opus-4-6", .maxOutput = 64000});
            QVERIFY2(written, written ? "" : written.error().message.c_str());
            QVERIFY(codec.readRequest(written->body));
            const std::string dropped = joined(written->dropped);
            const auto named = [&dropped](const char *name) {
                return dropped.find(name) != std::string::npos;
            };
            QCOMPARE(named("seed"), !c.sampling.seed.empty());
            QCOMPARE(named("frequency_penalty"), !c.sampling.frequencyPenalty.empty());
            QCOMPARE(named("vendor_member"), !c.rest.empty());
            QCOMPARE(named("logprobs"), c.sampling.logprobs.has_value());
        }
    }
};

SIGNALBOX_TEST(MessagesRoundTripTest)
#include "messages_round_trip_test.moc"
