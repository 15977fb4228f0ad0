// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_convert.h"

#include <algorithm>

#include "core/foundation/base/random.h"
#include "core/foundation/json/document.h"
#include "core/request/dialect/chat_stream.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/chat_samples.h"

using namespace signalbox;

namespace {
/// The answer that a stream comes to, fed through the stream's parser.
std::string assembled(std::string_view stream, std::size_t piece = 1'000'000)
{
    dialect::ChatFactsReader reader;
    dialect::ChatAssembler assembler;
    dialect::ChatStream chat(reader, true, true);
    chat.assembleInto(assembler);
    std::string relay;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        chat.feed(stream.substr(at, piece), relay);
    }
    chat.finish(relay);
    return relay.empty() && chat.state().complete ? assembler.whole() : "not complete: " + relay;
}

/// The order of members means nothing.
json::Value sorted(json::Value value)
{
    for (json::Value &item : value.items()) {
        item = sorted(item);
    }
    for (json::Member &member : value.members()) {
        member.value = sorted(member.value);
    }
    std::ranges::sort(value.members(), {}, &json::Member::name);
    return value;
}

bool sameMember(const json::Value &one, const json::Value &other, std::string_view name)
{
    const json::Value *a = one.find(name);
    const json::Value *b = other.find(name);
    return a && b ? sorted(*a) == sorted(*b) : !a && !b;
}

QByteArray bytes(const std::string &text)
{
    return QByteArray::fromStdString(text);
}

/// An answer with everything that comes in answers, by chance; what a stream cannot say is left out.
std::string randomAnswer(base::Random &random);
const std::string &pretty();
} // namespace

class ChatConvertTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordedStreamsBecomeWholeAnswers()
    {
        for (const test::Sample &sample : test::recordedStreams()) {
            QCOMPARE(bytes(assembled(sample.stream)), bytes(sample.whole));
        }
    }

    void theSplitOfTheStreamDoesNotMatter()
    {
        for (const test::Sample &sample : test::recordedStreams()) {
            for (std::size_t piece = 1; piece < 30; ++piece) {
                QCOMPARE(bytes(assembled(sample.stream, piece)), bytes(sample.whole));
            }
        }
    }

    void aWholeAnswerBecomesAStreamAndBack()
    {
        base::Random random(29);
        for (int round = 0; round < 500; ++round) {
            const std::string whole = randomAnswer(random);
            const auto expected = json::parseDocument(whole);
            QVERIFY2(expected, whole.c_str());
            const std::string stream = dialect::streamFromWhole(whole, true);
            const std::string back = assembled(stream, 1 + random.next() % 50);
            const auto actual = json::parseDocument(back);
            QVERIFY2(actual, back.c_str());
            for (const char *const name : {"choices", "usage", "id", "created", "model", "citations"}) {
                QVERIFY2(sameMember(expected->root, actual->root, name), (whole + "\n" + back).c_str());
            }
        }
    }

    void theStreamOfAWholeAnswerIsSplitAnywhere()
    {
        base::Random random(30);
        const std::string stream = dialect::streamFromWhole(randomAnswer(random), true);
        const std::string whole = assembled(stream);
        for (std::size_t at = 1; at < stream.size(); ++at) {
            dialect::ChatFactsReader reader;
            dialect::ChatAssembler assembler;
            dialect::ChatStream chat(reader, true, true);
            chat.assembleInto(assembler);
            std::string relay;
            chat.feed(std::string_view(stream).substr(0, at), relay);
            chat.feed(std::string_view(stream).substr(at), relay);
            QCOMPARE(assembler.whole(), whole);
        }
    }

    void makesTheEventsThatAClientExpects()
    {
        const std::string answer =
            R"({"id":"c1","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"g","arguments":""}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"system_fingerprint":"fp"})";
        const std::string head =
            R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","system_fingerprint":"fp","choices":[)";
        const auto chunk = [&](const std::string &delta, const std::string &reason = "null") {
            return head + R"({"index":0,"delta":)" + delta + ",\"finish_reason\":" + reason + "}]}";
        };
        const std::vector<std::string> events = {
            chunk(R"({"role":"assistant","content":""})"),
            chunk(R"({"content":"Hi"})"),
            chunk(
                R"({"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]})"),
            chunk(
                R"({"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}}]})"),
            chunk("{}", "\"tool_calls\""),
        };
        std::vector<std::string> all = events;
        all.push_back("[DONE]");
        QCOMPARE(bytes(dialect::streamFromWhole(answer, false)), bytes(test::sse(all)));
        all = events;
        all.push_back(head + R"(],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})");
        all.push_back("[DONE]");
        QCOMPARE(bytes(dialect::streamFromWhole(answer, true)), bytes(test::sse(all)));
    }

    void everyEventIsOneLine()
    {
        const std::string stream = dialect::streamFromWhole(pretty(), true);
        QCOMPARE(assembled(stream).empty(), false);
        QVERIFY(stream.find("data: [DONE]\n\n") != std::string::npos);
        for (std::size_t at = 0; at < stream.size(); at = stream.find("\n\n", at) + 2) {
            QVERIFY(stream.substr(at).starts_with("data: "));
            QVERIFY(stream.find('\n', at) == stream.find("\n\n", at));
        }
    }

    void aWholeAnswerWithoutFinishReasonGetsOne()
    {
        const auto reasonOf = [](const char *message) {
            const std::string stream = dialect::streamFromWhole(
                std::string("{\"choices\":[{\"message\":") + message + ",\"finish_reason\":null}]}", false);
            return bytes(assembled(stream)).contains("\"finish_reason\":\"tool_calls\"") ? "tool_calls"
                   : bytes(assembled(stream)).contains("\"finish_reason\":\"stop\"")     ? "stop"
                                                                                         : "none";
        };
        QCOMPARE(reasonOf(R"({"content":"a"})"), "stop");
        QCOMPARE(reasonOf(R"({"tool_calls":[{"id":"a","function":{"name":"f","arguments":{}}}]})"),
                 "tool_calls");
    }

    void whatIsNoAnswerBecomesNoStream()
    {
        for (const char *const text : {"", "null", "{}", "{\"choices\":null}", "[1]"}) {
            QVERIFY2(dialect::streamFromWhole(text, true).empty(), text);
        }
    }

    void stopsAtItsLimit()
    {
        dialect::ChatAssembler assembler;
        const std::string big = test::says(std::string(8'000'000, 'x'));
        for (int i = 0; i < 8; ++i) {
            assembler.take(big);
        }
        QVERIFY(!assembler.tooLarge());
        assembler.take(big);
        QVERIFY(assembler.tooLarge());
        QVERIFY(assembler.whole().size() < dialect::ChatAssembler::kMostBytes);
    }
};

namespace {
const std::string &pretty()
{
    static const std::string text =
        "\n\n{\n  \"choices\" : [\r\n {\n \"message\" : {\n\"role\":\"assistant\" , \"content\": \"a\\nb\",\n"
        "\"annotations\":[\n{\n\"type\" : \"url_citation\"\n}\n]},\n\"finish_reason\" :\n\"stop\"\n} ],\n"
        "\"usage\":{\n\"prompt_tokens\":1}\n}\n";
    return text;
}

std::string randomText(base::Random &random)
{
    static const std::vector<std::string> kPieces = {
        "word ", "\\n",     "\\\"",   "\\\\",           "\xC3\xA9",
        "{",     "\\u00e9", "data: ", "\\ud83d\\ude00", "\xE4\xB8\xAD"};
    std::string out;
    for (std::uint64_t count = 1 + random.next() % 12; count-- > 0;) {
        out += kPieces[random.next() % kPieces.size()];
    }
    return "\"" + out + "\"";
}

std::string randomMessage(base::Random &random)
{
    const auto often = [&] { return random.next() % 3 != 0; };
    std::string out = "{\"role\":\"assistant\",\"content\":";
    switch (random.next() % 4) {
    case 0:
        out += "null";
        break;
    case 1:
        out += "\"\"";
        break;
    case 2:
        out += "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":" + randomText(random)
               + "}]},{\"type\":\"text\",\"text\":" + randomText(random) + "}]";
        break;
    default:
        out += randomText(random);
    }
    if (often()) {
        out += ",\"reasoning_content\":" + randomText(random);
    }
    out += ",\"refusal\":" + (random.next() % 4 == 0 ? randomText(random) : "null");
    if (random.next() % 4 == 0) {
        out += ",\"annotations\":[{\"type\":\"url_citation\",\"n\":1.50},{}]";
    }
    for (std::uint64_t call = 0, count = random.next() % 4; call < count; ++call) {
        out += call == 0 ? ",\"tool_calls\":[" : ",";
        out += "{\"id\":\"call_" + std::to_string(call)
               + "\",\"type\":\"function\",\"function\":{\"name\":\"f" + std::to_string(random.next() % 2)
               + "\",\"arguments\":" + randomText(random) + "}}";
        out += call + 1 == count ? "]" : "";
    }
    if (random.next() % 8 == 0) {
        out += ",\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}";
    }
    return out + "}";
}

std::string randomAnswer(base::Random &random)
{
    static const std::vector<std::string> kReasons = {"stop", "length", "tool_calls", "content_filter"};
    std::string out = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1790000000,"
                      "\"model\":\"m/1\",\"choices\":[";
    for (std::uint64_t index = 0, count = 1 + random.next() % 3; index < count; ++index) {
        out += index == 0 ? "" : ",";
        out += "{\"index\":" + std::to_string(index) + ",\"message\":" + randomMessage(random)
               + ",\"logprobs\":";
        out += random.next() % 3 == 0
                   ? "{\"content\":[{\"token\":\"a\",\"logprob\":-9999.0}],\"refusal\":null}"
                   : "null";
        out += ",\"finish_reason\":\"" + kReasons[random.next() % kReasons.size()] + "\"";
        out += random.next() % 3 == 0 ? ",\"stop_reason\":\"eos\"}" : "}";
    }
    out += "]";
    if (random.next() % 2) {
        out += ",\"usage\":{\"prompt_tokens\":12345678901234567890,\"completion_tokens\":2,\"total_tokens\":"
               "3,\"cost\":0.10}";
    }
    if (random.next() % 3 == 0) {
        out += ",\"citations\":[\"a\"]";
    }
    return out + "}";
}
} // namespace

SIGNALBOX_TEST(ChatConvertTest)
#include "chat_convert_test.moc"
