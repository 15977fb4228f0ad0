// SPDX-License-Identifier: GPL-3.0-or-later
// Every answer that is on file, from every provider dialect to every client dialect.
#include "core/request/dialect/translate/translated_stream.h"

#include <algorithm>
#include <array>

#include "core/foundation/json/splice.h"
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"

#include "core/request/dialect/translate/codecs.h"
#include "core/request/dialect/translate/whole_answer.h"
#include "tests/support/dialect/stream_items.h"
#include "tests/support/registry.h"

using namespace signalbox;
using base::Dialect;

namespace {
constexpr std::array kConversations = {Dialect::Chat, Dialect::Responses, Dialect::Messages, Dialect::Gemini};

translate::AnswerTerms terms(Dialect provider, Dialect client, bool streams = true)
{
    return {.client = client,
            .provider = provider,
            .clientStreams = streams,
            .context = {.id = "req1", .now = 1, .usageAsked = true, .promptTokens = 10, .request = nullptr}};
}

struct Carried {
    std::string relay;
    parts::StreamState state;
};

/// `endsWell`: the body ends as bodies do, else its connection breaks.
Carried carried(const translate::AnswerTerms &how, std::string_view body, std::size_t piece,
                bool endsWell = true)
{
    translate::TranslatedStream stream(how);
    Carried out;
    for (std::size_t at = 0; at < body.size(); at += piece) {
        stream.feed(body.substr(at, piece), out.relay);
    }
    if (endsWell) {
        stream.finish(out.relay);
    }
    out.state = stream.state();
    return out;
}

/// Everything a reader would see of it: texts joined, calls with their arguments as JSON.
std::string said(const neutral::Answer &answer)
{
    std::string text;
    std::string calls;
    for (const neutral::Choice &choice : answer.choices) {
        if (choice.index != 0) {
            continue; // not every dialect has several
        }
        for (const neutral::Part &part : choice.parts) {
            if (const auto *const one = std::get_if<neutral::Text>(&part.what)) {
                text += one->text;
            } else if (const auto *const refusal = std::get_if<neutral::Refusal>(&part.what)) {
                text += refusal->text; // plain text where the dialect has no word for it
            } else if (const auto *const call = std::get_if<neutral::ToolCall>(&part.what)) {
                // Free text is a function's only string where there are no custom tools.
                const std::string arguments = call->custom
                                                  ? "{\"input\":" + json::quoted(call->arguments) + "}"
                                              : call->arguments.empty() ? "{}"
                                                                        : call->arguments;
                const auto tree = json::readTree(arguments);
                calls += "\n" + call->name + " " + (tree ? json::writeCompact(*tree) : arguments);
            }
        }
    }
    return text + calls;
}

std::vector<std::string> eventsOf(const std::string &body)
{
    http::SseParser parser;
    parser.feed(body);
    std::vector<std::string> events;
    while (const auto event = parser.next()) {
        events.emplace_back(event->raw);
    }
    return events;
}
} // namespace

class DialectPairsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streams_data()
    {
        QTest::addColumn<int>("provider");
        QTest::addColumn<int>("client");
        QTest::addColumn<QByteArray>("file");
        for (const Dialect provider : kConversations) {
            const std::string folder(base::toText(provider));
            for (const std::string &file : test::dialectFiles(folder, ".txt")) {
                for (const Dialect client : kConversations) {
                    const std::string name = file + " to " + std::string(base::toText(client));
                    const std::string path = folder + "/" + file + ".txt";
                    QTest::addRow("%s/%s", folder.c_str(), name.c_str())
                        << int(provider) << int(client) << QByteArray::fromStdString(path);
                }
            }
        }
    }

    void streams()
    {
        QFETCH(int, provider);
        QFETCH(int, client);
        QFETCH(QByteArray, file);
        const translate::AnswerTerms how = terms(Dialect(provider), Dialect(client));
        const std::string body = test::dialectFile(file.toStdString());
        const Carried whole = carried(how, body, body.size());
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
            const Carried split = carried(how, body, piece);
            QCOMPARE(split.relay, whole.relay);
            QCOMPARE(split.state.complete, whole.state.complete);
        }
        const test::StreamRead back = test::readStream(translate::codecFor(how.client), whole.relay);
        QVERIFY(!back.garbled);
        QCOMPARE(test::endsWhole(back.items), whole.state.complete && !whole.state.error);
        if (test::endsWhole(back.items)) {
            QCOMPARE(test::flawIn(back.items), std::string());
            const test::StreamRead sent = test::readStream(translate::codecFor(how.provider), body);
            QCOMPARE(QByteArray::fromStdString(said(test::assembled(back.items))),
                     QByteArray::fromStdString(said(test::assembled(sent.items))));
        }
    }

    void aCutStreamIsNeverAFinishedAnswer_data() { streams_data(); }
    void aCutStreamIsNeverAFinishedAnswer()
    {
        QFETCH(int, provider);
        QFETCH(int, client);
        QFETCH(QByteArray, file);
        const translate::AnswerTerms how = terms(Dialect(provider), Dialect(client));
        std::string body;
        for (const std::string &event : eventsOf(test::dialectFile(file.toStdString()))) {
            const Carried cut = carried(how, body, 1'000'000, false);
            if (!cut.state.complete) {
                // Gemini's answers have no end but that of the body: what is written is one that goes on.
                const test::StreamRead back = test::readStream(translate::codecFor(how.client), cut.relay);
                const bool hasMarker = how.client != Dialect::Gemini;
                QVERIFY2(!hasMarker || !test::endsWhole(back.items) || how.client == Dialect::Chat
                             || how.client == Dialect::Messages,
                         body.c_str());
                QVERIFY(cut.relay.find("[DONE]") == std::string::npos);
                QVERIFY(cut.relay.find("message_stop") == std::string::npos);
                QVERIFY(cut.relay.find("response.completed") == std::string::npos);
            }
            body += event;
        }
    }

    void theFirstContentGoesOutAsSoonAsItIsIn_data() { streams_data(); }
    void theFirstContentGoesOutAsSoonAsItIsIn()
    {
        QFETCH(int, provider);
        QFETCH(int, client);
        QFETCH(QByteArray, file);
        const translate::AnswerTerms how = terms(Dialect(provider), Dialect(client));
        translate::TranslatedStream stream(how);
        std::string relay;
        for (const std::string &event : eventsOf(test::dialectFile(file.toStdString()))) {
            stream.feed(event, relay);
            if (stream.state().content && !stream.state().toolCalls && !stream.state().refusal
                && stream.state().contentBytes > 0) {
                QVERIFY2(!relay.empty(), event.c_str());
                return;
            }
        }
    }

    void wholeAnswers_data()
    {
        QTest::addColumn<int>("provider");
        QTest::addColumn<int>("client");
        for (const Dialect provider : kConversations) {
            for (const Dialect client : kConversations) {
                QTest::addRow("%s to %s", base::toText(provider).data(), base::toText(client).data())
                    << int(provider) << int(client);
            }
        }
    }

    void wholeAnswers()
    {
        QFETCH(int, provider);
        QFETCH(int, client);
        neutral::Answer answer{.origin = Dialect(provider), .id = "a1", .model = "m", .created = 7};
        neutral::Choice &choice = answer.choices.emplace_back();
        choice.parts.push_back({neutral::Text{"Let me look.", {}}, {}});
        choice.parts.push_back(
            {neutral::ToolCall{.id = "call_1", .name = "weather", .arguments = "{\"city\":\"Bern\"}"}, {}});
        choice.stop = neutral::Stop::ToolCalls;
        answer.usage = events::TokenUsage{.input = 10, .cachedInput = 4, .output = 3};
        dialect::ChatFactsReader reader;
        const std::string sent = translate::codecFor(Dialect(provider))
                                     .writeAnswer(answer, terms(Dialect(provider), {}).context)
                                     .body;
        for (const bool streams : {false, true}) {
            const translate::WholeAnswer got =
                translate::readWholeAnswer(sent, terms(Dialect(provider), Dialect(client), streams), reader);
            QVERIFY(got.readable && got.complete && got.content && !got.error && !got.brokenToolCall);
            QCOMPARE(got.model, std::string("m"));
            QVERIFY(got.usage.has_value());
            QCOMPARE(got.usage->prompt(), std::int64_t{14});
            QCOMPARE(got.usage->output, std::int64_t{3});
            const neutral::Codec &codec = translate::codecFor(Dialect(client));
            neutral::Answer back;
            if (streams) {
                const test::StreamRead read = test::readStream(codec, *got.forClient);
                QVERIFY(!read.garbled && test::endsWhole(read.items));
                back = test::assembled(read.items);
            } else {
                const auto read = codec.readAnswer(got.forClient ? *got.forClient : sent);
                QVERIFY(read.has_value());
                back = *read;
            }
            QCOMPARE(said(back), said(answer));
            QCOMPARE(int(back.choices.front().stop), int(neutral::Stop::ToolCalls));
            QCOMPARE(back.usage->prompt(), std::int64_t{14});
            QCOMPARE(back.usage->cachedInput, std::int64_t{4});
        }
    }

    void failuresAreToldInTheClientsWords_data() { wholeAnswers_data(); }
    void failuresAreToldInTheClientsWords()
    {
        QFETCH(int, client);
        const neutral::Codec &codec = translate::codecFor(Dialect(client));
        const neutral::Failure failure{
            .status = 429, .message = "slow down", .type = "rate_limit_error", .code = "rate_limit_exceeded"};
        QVERIFY(translate::isFailure(Dialect(client), codec.failureBody(failure)));
        const test::StreamRead read = test::readStream(codec, codec.failureEvent(failure));
        QVERIFY(!read.items.empty());
        QVERIFY(!test::endsWhole(read.items));
        QVERIFY(std::ranges::any_of(read.items, [](const neutral::StreamItem &item) {
            return std::holds_alternative<neutral::AnswerFails>(item);
        }));
    }
};

SIGNALBOX_TEST(DialectPairsTest)
#include "dialect_pairs_test.moc"
