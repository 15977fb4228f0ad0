// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/loop_detector.h"

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
std::string times(int count, const std::string &block)
{
    std::string out;
    for (int i = 0; i < count; ++i) {
        out += block;
    }
    return out;
}

/// Words that do not repeat themselves in a regular way.
std::string words(std::size_t bytes, std::uint64_t seed)
{
    static const char *const kWords[] = {"the ", "chain ", "answers ", "when ", "a ",   "step ",
                                         "is ",  "open, ", "and ",     "then ", "it\n", "waits. "};
    base::Random random(seed);
    std::string out;
    while (out.size() < bytes) {
        out += kWords[random.next() % std::size(kWords)];
    }
    out.resize(bytes);
    return out;
}

std::string base64(std::size_t bytes)
{
    static const std::string kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    base::Random random(7);
    std::string out;
    while (out.size() < bytes) {
        out += kLetters[random.next() % kLetters.size()];
    }
    return out;
}

std::string numbered(int lines, const std::string &before, const std::string &behind)
{
    std::string out;
    for (int i = 1; i <= lines; ++i) {
        out += before + std::to_string(i) + behind;
    }
    return out;
}

/// Different texts between rules of dashes.
std::string ruled(std::uint64_t parts)
{
    std::string out;
    for (std::uint64_t i = 0; i < parts; ++i) {
        out += words(300, 1000 + i) + times(80, "-") + "\n";
    }
    return out;
}

bool loops(const std::string &text, std::size_t piece)
{
    parts::LoopDetector detector;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        detector.feed(std::string_view(text).substr(at, piece));
    }
    return detector.looping();
}
} // namespace

class LoopDetectorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsALoopFromOrdinaryText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("looping");
        const auto row = [](const char *name, const std::string &text, bool looping) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << looping;
        };
        const std::string sentence = "I will now try the next step of the plan, as you asked me to do. ";
        row("a sentence twelve times", words(900, 1) + times(12, sentence), true);
        row("from the start", times(12, sentence), true);
        row("one exclamation mark", times(1200, "!"), true);
        row("line ends", "Done." + times(1200, "\n"), true);
        row("a word", times(400, "no "), true);
        row("a paragraph of 400 bytes six times", words(50, 3) + times(6, words(400, 4)), true);
        row("a block of 250 bytes five times", times(5, words(250, 5)), true);
        row("Chinese", times(60, "\xE6\x88\x91\xE4\xB8\x8D\xE7\x9F\xA5\xE9\x81\x93\xE3\x80\x82"), true);
        row("a rule inside the block", times(9, words(60, 6) + "\n" + times(80, "-") + "\n"), true);
        row("a loop that ends again", words(500, 8) + times(20, sentence) + words(2000, 9), true);

        row("nothing", "", false);
        row("short", times(5, sentence), false);
        row("prose", words(20'000, 10), false);
        row("a paragraph of 400 bytes three times", words(50, 3) + times(3, words(400, 4)) + words(500, 5),
            false);
        row("rules of dashes", ruled(40), false);
        row("a long rule", words(400, 12) + times(400, "=") + words(400, 13), false);
        row("the head of a wide table", words(300, 14) + times(30, "|----------") + "|\n" + words(300, 15),
            false);
        row("indentation", words(300, 16) + times(300, " ") + "end\n" + words(300, 17), false);
        row("base64", base64(20'000), false);
        row("a numbered list", numbered(300, "- item number ", "\n"), false);
        row("a table of numbers", numbered(200, "| row | ", " | yes | no |\n"), false);
        row("an enumeration in code", numbered(200, "    kValue", " = 0,\n"), false);
        row("an array of zeros", "int a[] = {" + times(100, "0, ") + "};\n", false);
        row("a box of five lines", times(5, "|" + times(78, " ") + "|\n") + words(600, 18), false);
        row("closing brackets", words(300, 19) + times(60, "}\n") + words(300, 20), false);
    }
    void tellsALoopFromOrdinaryText()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, looping);
        for (const std::size_t piece :
             {std::size_t{1}, std::size_t{5}, std::size_t{127}, std::size_t{1'000'000}}) {
            QCOMPARE(loops(text.toStdString(), piece), looping);
        }
    }

    void noticesSoon()
    {
        // 8 times 65 bytes are needed; it looks every 256.
        const std::string block = "I will now try the next step of the plan, as you asked me to do. ";
        parts::LoopDetector detector;
        detector.feed(words(5000, 21));
        std::size_t fed = 0;
        while (!detector.looping() && fed < 2000) {
            detector.feed(block);
            fed += block.size();
        }
        QVERIFY2(fed >= 8 * block.size() && fed <= 8 * block.size() + 400, std::to_string(fed).c_str());
    }

    void isSureThatAChanceTextIsNoLoop()
    {
        for (std::uint64_t seed = 100; seed < 140; ++seed) {
            QVERIFY(!loops(words(5000, seed), 64));
        }
    }
};

SIGNALBOX_TEST(LoopDetectorTest)
#include "loop_detector_test.moc"
