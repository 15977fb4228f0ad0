// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/translate/answer_seam.h"

#include "core/request/dialect/neutral/answer_items.h"
#include "core/request/dialect/translate/codecs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace signalbox::neutral;
using base::Dialect;

namespace {
const AnswerContext kContext{.id = "01M7WD7TG0B6KZ61B7AHX39GB2", .now = 1'795'176'000, .usageAsked = true};
const std::string kSaid = "The chain has three steps and the fir";

Part text(std::string said = {})
{
    return {.what = Text{.text = std::move(said), .annotations = {}}};
}

/// What a provider of any dialect would make the client's writer say.
std::string written(Dialect client, const std::vector<StreamItem> &items)
{
    const auto writer = translate::codecFor(client).makeWriter(kContext);
    std::string out;
    for (const StreamItem &item : items) {
        writer->write(item, out);
    }
    return out;
}

std::vector<StreamItem> begun()
{
    return {AnswerBegins{.id = "one", .model = "first"}, PartBegins{.part = 0, .what = text()},
            PartGrows{0, kSaid}};
}

std::vector<StreamItem> ended(Stop stop)
{
    return {ChoiceEnds{.stop = stop}, UsageKnown{{.input = 3, .output = 4}}, AnswerEnds{}};
}

std::vector<StreamItem> operator+(std::vector<StreamItem> a, const std::vector<StreamItem> &b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// What the client has read in the end.
struct Read {
    Answer answer;
    bool whole = false;
    bool sound = true;
};
Read readBy(Dialect client, const std::string &events)
{
    Read out;
    AnswerBuilder builder(client);
    const auto reader = translate::codecFor(client).makeReader();
    http::SseParser parser;
    parser.feed(events);
    while (const auto event = parser.next()) {
        std::vector<StreamItem> items;
        out.sound &= reader->take(*event, items);
        for (const StreamItem &item : items) {
            builder.take(item);
            out.whole |= std::holds_alternative<AnswerEnds>(item);
        }
    }
    out.answer = builder.answer();
    return out;
}

std::string textOf(const Answer &answer)
{
    std::string out;
    for (const Part &part : answer.choices.at(0).parts) {
        const auto *const said = std::get_if<Text>(&part.what);
        out += said ? said->text : "|";
    }
    return out;
}

void addClients()
{
    QTest::addColumn<int>("client");
    QTest::newRow("chat") << int(Dialect::Chat);
    QTest::newRow("responses") << int(Dialect::Responses);
    QTest::newRow("messages") << int(Dialect::Messages);
}
} // namespace

class AnswerSeamTest : public QObject
{
    Q_OBJECT

private:
    dialect::ChatFactsReader m_reader;

    std::string joined(Dialect client, const std::vector<std::vector<StreamItem>> &goingOn)
    {
        const auto seam = translate::makeSeam(client, kContext, m_reader);
        std::string out = written(client, begun());
        seam->sent(out);
        std::string said = kSaid;
        for (const std::vector<StreamItem> &one : goingOn) {
            seam->goOn(said);
            const std::string events = written(client, one);
            for (std::size_t at = 0; at < events.size();) {
                const std::size_t end = events.find("\n\n", at) + 2;
                seam->feed(std::string_view(events).substr(at, end - at), out);
                at = end;
            }
            seam->finish(out);
            said = seam->sentWith("st steps and the first is slow.");
        }
        return out;
    }

private Q_SLOTS:
    void goesOnInTheOpenText_data() { addClients(); }
    void goesOnInTheOpenText()
    {
        QFETCH(int, client);
        const std::vector<StreamItem> rest = {
            AnswerBegins{.id = "two", .model = "second"}, PartBegins{.part = 0, .what = text()},
            PartGrows{0, "steps and the "}, PartGrows{0, "first is slow."}, PartEnds{0}};
        const Read read = readBy(Dialect(client), joined(Dialect(client), {rest + ended(Stop::End)}));
        QVERIFY(read.sound && read.whole);
        QCOMPARE(QByteArray::fromStdString(textOf(read.answer)),
                 QByteArray("The chain has three steps and the first is slow."));
        QCOMPARE(read.answer.usage->output, 4);
    }

    void leavesOutWhatItThinksOfGoingOn_data() { addClients(); }
    void leavesOutWhatItThinksOfGoingOn()
    {
        QFETCH(int, client);
        const std::vector<StreamItem> rest = {
            AnswerBegins{}, PartBegins{.part = 0, .what = {Reasoning{}}}, PartGrows{0, "I was saying"},
            PartEnds{0},    PartBegins{.part = 1, .what = text()},        PartGrows{1, "st is slow."},
            PartEnds{1}};
        const std::string events = joined(Dialect(client), {rest + ended(Stop::End)});
        const Read read = readBy(Dialect(client), events);
        QVERIFY(read.sound && read.whole);
        if (Dialect(client) != Dialect::Chat) { // there it is a member of its own, wherever it comes
            QVERIFY(events.find("I was saying") == std::string::npos);
            QCOMPARE(QByteArray::fromStdString(textOf(read.answer)),
                     QByteArray("The chain has three steps and the first is slow."));
        }
    }

    void mayEndInACall_data() { addClients(); }
    void mayEndInACall()
    {
        QFETCH(int, client);
        const std::vector<StreamItem> rest = {
            AnswerBegins{},
            PartBegins{.part = 0, .what = text()},
            PartGrows{0, "st."},
            PartEnds{0},
            PartBegins{.part = 1, .what = {ToolCall{.id = "c1", .name = "look"}}},
            PartGrows{1, "{}"},
            PartEnds{1}};
        const Read read = readBy(Dialect(client), joined(Dialect(client), {rest + ended(Stop::ToolCalls)}));
        QVERIFY(read.sound && read.whole);
        QCOMPARE(QByteArray::fromStdString(textOf(read.answer)),
                 QByteArray("The chain has three steps and the first.|"));
        const auto &call = std::get<ToolCall>(read.answer.choices.at(0).parts.back().what);
        QCOMPARE(call.name, std::string("look"));
        QCOMPARE(call.arguments, std::string("{}"));
        QVERIFY(read.answer.choices.at(0).stop == Stop::ToolCalls);
    }

    void breaksTwice_data() { addClients(); }
    void breaksTwice()
    {
        QFETCH(int, client);
        const std::vector<StreamItem> second = {AnswerBegins{}, PartBegins{.part = 0, .what = text()},
                                                PartGrows{0, "st steps and the first is slow."}};
        const std::vector<StreamItem> third = {AnswerBegins{}, PartBegins{.part = 0, .what = text()},
                                               PartGrows{0, "the first is slow. The end."}, PartEnds{0}};
        const Read read =
            readBy(Dialect(client), joined(Dialect(client), {second, third + ended(Stop::End)}));
        QVERIFY(read.sound && read.whole);
        QCOMPARE(QByteArray::fromStdString(textOf(read.answer)),
                 QByteArray("The chain has three steps and the first steps and the first is slow. The end."));
    }

    void nothingOfAnAnswerThatBeginsAnewIsShown_data() { addClients(); }
    void nothingOfAnAnswerThatBeginsAnewIsShown()
    {
        QFETCH(int, client);
        const std::string start(300, 'x');
        const auto seam = translate::makeSeam(Dialect(client), kContext, m_reader);
        seam->sent(written(Dialect(client), {AnswerBegins{}, PartBegins{.part = 0, .what = text()},
                                             PartGrows{0, start + " one way"}}));
        seam->goOn(start + " one way");
        std::string out;
        const std::vector<StreamItem> anew = {AnswerBegins{}, PartBegins{.part = 0, .what = text()},
                                              PartGrows{0, start + " another"}, PartEnds{0}};
        seam->feed(written(Dialect(client), anew + ended(Stop::End)), out);
        seam->finish(out);
        QVERIFY(seam->restarted());
        QVERIFY2(out.find("another") == std::string::npos, out.c_str());
        QVERIFY(!readBy(Dialect(client), out).whole);
        QCOMPARE(seam->sentWith("whatever"), start + " one way");
    }

    void otherDialectsHaveNoSeam()
    {
        QVERIFY(!translate::makeSeam(Dialect::Completions, kContext, m_reader));
        QVERIFY(!translate::makeSeam(Dialect::Embeddings, kContext, m_reader));
    }
};

SIGNALBOX_TEST(AnswerSeamTest)
#include "answer_seam_test.moc"
