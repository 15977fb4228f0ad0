// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/answer_items.h"

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
neutral::Part plain(auto what)
{
    return {.what = std::move(what)};
}

json::Value logprob(const char *token)
{
    json::Value content = json::Value::array();
    content.append(json::Value::string(token));
    json::Value out = json::Value::object();
    out.add("content", std::move(content));
    return out;
}

neutral::Answer sample()
{
    neutral::Answer out{.origin = base::Dialect::Messages, .id = "a", .model = "m", .created = 3};
    out.serviceTier = "flex";
    out.usage = events::TokenUsage{.input = 1, .output = 2};
    neutral::Choice first{.stop = neutral::Stop::StopSequence, .stopText = "s", .stopSequence = "END"};
    first.parts.push_back(plain(neutral::Reasoning{.text = "hm", .signature = "sig"}));
    first.parts.push_back(plain(neutral::Reasoning{.summary = true, .parts = {"one", "two"}}));
    first.parts.push_back(
        plain(neutral::Text{.text = "Hi", .annotations = json::Value::array({json::Value::string("note")})}));
    first.parts.push_back(plain(neutral::Media{.mime = "image/png", .data = "AA==", .text = ""}));
    first.logprobs = logprob("x");
    neutral::Choice second{.index = 1, .stop = neutral::Stop::ToolCalls};
    second.parts.push_back(
        plain(neutral::ToolCall{.id = "c", .name = "f", .arguments = "{}", .signature = "t"}));
    second.parts.push_back(plain(neutral::Refusal{"no"}));
    second.parts.push_back(plain(neutral::Foreign{.what = "x"}));
    out.choices = {first, second};
    return out;
}

neutral::Answer built(const std::vector<neutral::StreamItem> &items)
{
    neutral::AnswerBuilder builder(base::Dialect::Messages);
    for (const neutral::StreamItem &item : items) {
        builder.take(item);
    }
    return builder.answer();
}
} // namespace

class AnswerItemsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsTogetherWhatWasTakenApart() { QVERIFY(built(neutral::itemsOf(sample())) == sample()); }

    void isWholeOnlyWithItsEnd()
    {
        neutral::AnswerBuilder builder(base::Dialect::Chat);
        const std::vector<neutral::StreamItem> items = neutral::itemsOf(sample());
        for (const neutral::StreamItem &item : items) {
            QVERIFY(!builder.whole());
            builder.take(item);
        }
        QVERIFY(builder.whole());
    }

    void joinsTheLogprobsOfAChoice()
    {
        using neutral::ChoiceLogprobs;
        const neutral::Answer out =
            built({ChoiceLogprobs{.value = logprob("a")}, ChoiceLogprobs{.value = logprob("b")}});
        QCOMPARE(out.choices.at(0).logprobs.find("content")->items().size(), std::size_t(2));
    }

    void takesNoHarmFromPartsThatNeverBegan()
    {
        QVERIFY(built({neutral::PartGrows{.part = 7, .text = "x"}, neutral::PartGains{.part = -1}})
                    .choices.empty());
    }
};

SIGNALBOX_TEST(AnswerItemsTest)
#include "answer_items_test.moc"
