// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/sse_parser.h"

#include <array>

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {

struct Seen {
    std::string name;
    std::string data;
    bool hasData;
    bool operator==(const Seen &) const = default;
};

struct Outcome {
    std::vector<Seen> events;
    std::vector<std::string> raws;
    bool tooLarge = false;
    bool operator==(const Outcome &) const = default;
};

void take(Outcome &outcome, const http::SseEvent &event)
{
    outcome.events.push_back({std::string(event.name), std::string(event.data), event.hasData});
    outcome.raws.emplace_back(event.raw);
}

Outcome parse(std::string_view stream, const std::vector<std::size_t> &cuts, std::size_t cap = 1000)
{
    http::SseParser parser(cap);
    Outcome outcome;
    std::size_t from = 0;
    const auto feed = [&](std::size_t to) {
        // A buffer of its own for each piece, so that a view kept too long is noticed by the sanitizer.
        const std::string piece(stream.substr(from, to - from));
        from = to;
        parser.feed(piece);
        while (const auto event = parser.next()) {
            take(outcome, *event);
        }
    };
    for (const std::size_t cut : cuts) {
        feed(cut);
    }
    feed(stream.size());
    if (const auto event = parser.finish()) {
        take(outcome, *event);
    }
    outcome.tooLarge = parser.tooLarge();
    return outcome;
}

std::vector<std::size_t> everyByte(std::size_t size)
{
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i < size; ++i) {
        cuts.push_back(i);
    }
    return cuts;
}

} // namespace

class SseParserTest : public QObject
{
    Q_OBJECT

private:
    struct Vector {
        const char *name;
        std::string stream;
        std::vector<Seen> events;
    };

    static std::vector<Vector> vectors()
    {
        using namespace std::string_literals;
        return {
            {"one event", "data: {\"a\":1}\n\n", {{"", "{\"a\":1}", true}}},
            {"two data lines, CRLF", "data: {\"a\":\r\ndata: 1}\r\n\r\n", {{"", "{\"a\":\n1}", true}}},
            {"three data lines", "data: a\ndata:\ndata: b\n\n", {{"", "a\n\nb", true}}},
            {"comment, then no space", ": c\n\ndata:[DONE]\n\n", {{"", "", false}, {"", "[DONE]", true}}},
            {"CR only, named",
             "event: ping\rdata: {}\r\rdata: {}\r\r",
             {{"ping", "{}", true}, {"", "{}", true}}},
            {"UTF-8", "data: {\"x\":\"é😀\"}\n\n", {{"", "{\"x\":\"é😀\"}", true}}},
            {"BOM",
             "\xEF\xBB\xBF"
             "data: {}\n\n",
             {{"", "{}", true}}},
            {"BOM and blank line", "\xEF\xBB\xBF\ndata: {}\n\n", {{"", "", false}, {"", "{}", true}}},
            {"BOM only at the start",
             "data: a\n\n\xEF\xBB\xBF"
             "data: b\n\n",
             {{"", "a", true}, {"", "", false}}},
            {"end without blank line",
             "data: {\"finish_reason\":\"stop\"}",
             {{"", "{\"finish_reason\":\"stop\"}", true}}},
            {"end after a lone CR", "data: a\r\ndata: b\r", {{"", "a\nb", true}}},
            {"end with half a CRLF", "data: a\n\ndata: b\r\n\r", {{"", "a", true}, {"", "b", true}}},
            {"empty data", "data\n\ndata:\n\n", {{"", "", true}, {"", "", true}}},
            {"one space only is taken off", "data:  x \n\n", {{"", " x ", true}}},
            {"colons in the value", "data: a: b:c\n\n", {{"", "a: b:c", true}}},
            {"unknown fields, last name wins",
             "id: 7\nretry: 10\nevent: a\nevent:b\ndatax: no\n data: no\ndata: x\n\n",
             {{"b", "x", true}}},
            {"name without data", "event: ping\n\ndata: x\n\n", {{"ping", "", false}, {"", "x", true}}},
            {"stray blank lines",
             "\n\n\ndata: x\n\n\n",
             {{"", "", false}, {"", "", false}, {"", "", false}, {"", "x", true}, {"", "", false}}},
            {"mixed line ends",
             "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n",
             {{"", "a", true}, {"", "b", true}, {"", "c", true}}},
            {"NUL and bytes that are not UTF-8", "data: a\0b\xff\n\n"s, {{"", "a\0b\xff"s, true}}},
            {"nothing", "", {}},
        };
    }

private Q_SLOTS:
    void givesTheSameEventsForEverySplit_data()
    {
        QTest::addColumn<int>("index");
        const auto all = vectors();
        for (std::size_t i = 0; i < all.size(); ++i) {
            QTest::newRow(all[i].name) << int(i);
        }
    }
    void givesTheSameEventsForEverySplit()
    {
        QFETCH(int, index);
        const Vector vector = vectors()[std::size_t(index)];
        const Outcome whole = parse(vector.stream, {});
        for (const Seen &seen : whole.events) {
            qInfo("%s|%s|%d", seen.name.c_str(), seen.data.c_str(), seen.hasData);
        }
        QVERIFY(whole.events == vector.events);
        QVERIFY(parse(vector.stream, everyByte(vector.stream.size())) == whole);
        for (std::size_t a = 0; a <= vector.stream.size(); ++a) {
            for (std::size_t b = a; b <= vector.stream.size(); ++b) {
                QVERIFY(parse(vector.stream, {a, b}) == whole);
            }
        }
    }

    void givesTheSameEventsForEverySplitOfChanceStreams()
    {
        static constexpr std::array<std::string_view, 10> kPieces{
            "\r", "\n", ":", "data", "event", " ", "\r\n", "x", "\xEF\xBB\xBF", "data: y\n\n"};
        base::Random random(42);
        for (int round = 0; round < 3000; ++round) {
            std::string stream;
            for (std::uint64_t left = random.next() % 24; left > 0; --left) {
                stream += kPieces[random.next() % kPieces.size()];
            }
            const Outcome whole = parse(stream, {}, 40);
            const QByteArray shown = QByteArray::fromStdString(stream).toPercentEncoding();
            QVERIFY2(parse(stream, everyByte(stream.size()), 40) == whole, shown.constData());
            for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
                QVERIFY2(parse(stream, {cut}, 40) == whole, shown.constData());
            }
            std::string sum;
            for (const std::string &raw : whole.raws) {
                sum += raw;
            }
            QVERIFY2(whole.tooLarge || sum == stream, shown.constData());
        }
    }

    void rawPiecesAddUpToTheStream()
    {
        for (const Vector &vector : vectors()) {
            std::string sum;
            for (const std::string &raw : parse(vector.stream, {}).raws) {
                sum += raw;
            }
            QCOMPARE(sum, vector.stream);
        }
    }

    void doesNotCopyAnEventThatLiesInWhatWasFed()
    {
        const std::string stream = "data: one\n\ndata: two\n\n";
        http::SseParser parser;
        parser.feed(stream);
        const auto first = parser.next();
        QVERIFY(first && first->data.data() == stream.data() + 6);
        const auto second = parser.next();
        QVERIFY(second && second->raw.data() == stream.data() + 11);
    }

    void refusesAnEventOverTheLimitWhateverTheSplit()
    {
        const std::string good = "data: 0123456789\n\n"; // 18 bytes
        QVERIFY(!parse(good, {}, 18).tooLarge);
        const std::string stream = good + "data: 01234567890\n\ndata: never\n\n";
        const Outcome whole = parse(stream, {}, 18);
        QVERIFY(whole.tooLarge);
        QCOMPARE(whole.events.size(), 1U);
        for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
            QVERIFY(parse(stream, {cut}, 18) == whole);
        }
        QVERIFY(parse(stream, everyByte(stream.size()), 18) == whole);
    }

    void holdsNoMoreThanTheLimitOfAnEndlessLine()
    {
        http::SseParser parser;
        const std::string piece(64 * 1024, 'x');
        std::size_t fed = 0;
        parser.feed("data: ");
        QVERIFY(!parser.next());
        while (!parser.tooLarge() && fed < 20 * 1024 * 1024) {
            parser.feed(piece);
            QVERIFY(!parser.next());
            fed += piece.size();
        }
        QVERIFY(parser.tooLarge());
        QVERIFY(fed <= http::SseParser::kMaxEventBytes + piece.size());
        QVERIFY(!parser.finish());
    }
};

SIGNALBOX_TEST(SseParserTest)
#include "sse_parser_test.moc"
