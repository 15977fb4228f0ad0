// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/overlap.h"

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
const std::string kSaid = "The chain has three steps. The first of them is slow";

/// How many bytes repeat, the new text fed in pieces of that size.
std::size_t repeated(const std::string &said, const std::string &more, std::size_t piece)
{
    parts::Overlap overlap(said);
    for (std::size_t at = 0; at < more.size() && !overlap.decided(); at += piece) {
        overlap.feed(std::string_view(more).substr(at, piece));
    }
    overlap.end();
    return overlap.repeated();
}

std::string characters(int count, std::uint64_t seed)
{
    static const std::vector<std::string> kSome = {
        "a", "b", " ", "\xC3\xA9", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80", "\n"};
    base::Random random(seed);
    std::string out;
    while (count-- > 0) {
        out += kSome[random.next() % kSome.size()];
    }
    return out;
}
} // namespace

class OverlapTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhatIsRepeated_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("repeats");
        const auto row = [](const char *name, const std::string &said, const std::string &more,
                            const std::string &repeats) {
            QTest::newRow(name) << QByteArray::fromStdString(said) << QByteArray::fromStdString(more)
                                << QByteArray::fromStdString(repeats);
        };
        row("nothing", kSaid, " and the second is down.", "");
        row("nothing said", "", "Hello", "");
        row("nothing new", kSaid, "", "");
        row("the last words", kSaid, "of them is slow and the second", "of them is slow");
        row("eleven characters are chance", kSaid, "hem is slow and", "");
        row("twelve are not", kSaid, "them is slow and", "them is slow");
        row("all of it", kSaid, kSaid + ", yes", kSaid);
        row("all of a short text", "Hi", "Hi there", "Hi");
        row("a part of a short text", "Hi you", "you there", "");
        row("nothing but what was said", kSaid, "The first of them is slow", "The first of them is slow");
        row("it breaks off within what was said", kSaid, "The first of them", "");
        row("the longest counts", "abcabcabcabcabcabcabcabc", "abcabcabcabcabcabcabcabcabcabc",
            "abcabcabcabcabcabcabcabc");
        row("a shorter one where the longest fails", "xyz abcabcabcabcabc abcabcabcabcabc",
            "abcabcabcabcabc abd", "abcabcabcabcabc");
        row("twelve characters of many bytes",
            "And: "
            "\xE6\x88\x91\xE4\xB8\x8D\xE7\x9F\xA5\xE9\x81\x93\xE4\xBB\x80\xE4\xB9\x88\xE6\x98\xAF\xE4\xBD\xA0"
            "\xE7\x9A\x84\xE5\x90\x8D\xE5\xAD\x97\xE5\x91\xA2",
            "\xE6\x88\x91\xE4\xB8\x8D\xE7\x9F\xA5\xE9\x81\x93\xE4\xBB\x80\xE4\xB9\x88\xE6\x98\xAF\xE4\xBD\xA0"
            "\xE7\x9A\x84\xE5\x90\x8D\xE5\xAD\x97\xE5\x91\xA2!",
            "\xE6\x88\x91\xE4\xB8\x8D\xE7\x9F\xA5\xE9\x81\x93\xE4\xBB\x80\xE4\xB9\x88\xE6\x98\xAF\xE4\xBD\xA0"
            "\xE7\x9A\x84\xE5\x90\x8D\xE5\xAD\x97\xE5\x91\xA2");
        std::string old;
        for (int i = 100; i < 400; ++i) {
            old += std::to_string(i) + " ";
        }
        row("400 characters of a long text", old, old.substr(old.size() - 500) + "!",
            ""); // more than 400 characters, unless it is all
        row("all of a long text", old, old + "!", old);
    }
    void findsWhatIsRepeated()
    {
        QFETCH(QByteArray, said);
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, repeats);
        for (const std::size_t piece :
             {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{100'000}}) {
            const std::size_t bytes = repeated(said.toStdString(), more.toStdString(), piece);
            QCOMPARE(more.first(qsizetype(bytes)), repeats);
        }
    }

    void decidesAsSoonAsItCan()
    {
        parts::Overlap overlap(kSaid);
        QVERIFY(!overlap.decided());
        overlap.feed("The f"); // as its second sentence, and as its first up to here
        QVERIFY(!overlap.decided());
        overlap.feed("a");
        QVERIFY(overlap.decided());
        QCOMPARE(overlap.repeated(), std::size_t{0});
        QVERIFY(parts::Overlap("").decided());
    }

    void noticesAnAnswerThatBeginsAllOverAgain()
    {
        const std::string old = characters(900, 4);
        const auto follow = [&](std::size_t bytes) {
            parts::Overlap overlap(old);
            overlap.feed(old.substr(0, bytes) + "Z and another way");
            return overlap.restarted();
        };
        QVERIFY(!follow(100));
        QVERIFY(follow(700));
        parts::Overlap whole(old);
        whole.feed(old + "Z");
        QVERIFY(!whole.restarted() && whole.repeated() == old.size());
    }

    void ofAVeryLongTextOnlyTheEndIsLookedAt()
    {
        const std::string old = characters(100'000, 5) + kSaid;
        QCOMPARE(repeated(old, "The first of them is slow.", 3), std::size_t{25});
        QCOMPARE(repeated(old, old.substr(0, 1000), 100), std::size_t{0});
    }

    void neverCutsACharacter()
    {
        base::Random random(6);
        for (int round = 0; round < 300; ++round) {
            const std::string old = characters(30, random.next());
            std::size_t at = random.next() % old.size();
            while (at > 0 && (static_cast<unsigned char>(old[at]) & 0xc0) == 0x80) {
                --at;
            }
            const std::string more = old.substr(at) + characters(5, random.next());
            const std::size_t bytes = repeated(old, more, 1 + random.next() % 4);
            QVERIFY(old.ends_with(more.substr(0, bytes)));
            QVERIFY(bytes == 0 || (static_cast<unsigned char>(more[0]) & 0xc0) != 0x80);
            QVERIFY(bytes >= more.size() || (static_cast<unsigned char>(more[bytes]) & 0xc0) != 0x80);
        }
    }
};

SIGNALBOX_TEST(OverlapTest)
#include "overlap_test.moc"
