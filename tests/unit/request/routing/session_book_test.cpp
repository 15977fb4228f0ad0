// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/session_book.h"

#include <QStringList>

#include "tests/support/registry.h"

using namespace signalbox;
using config::Failback;
using routing::SessionBook;

Q_DECLARE_METATYPE(config::Failback)

namespace {
config::ChainConfig chainWith(Failback failback)
{
    config::ChainConfig chain;
    chain.id = "coding";
    chain.steps = {
        {.provider = "a", .model = "m"}, {.provider = "b", .model = "m"}, {.provider = "c", .model = "m"}};
    chain.policy.sticky = {.enabled = true, .failback = failback, .probes = 2};
    return chain;
}

/// Plays a script on a book, one word a step of it: who, what, which step. Sessions are x and y, steps a to
/// c.
///     xSa  session x was served by a        xFa  a failed session x        Aa  a answered somebody
///     +31  31 minutes go by                 xHa  session x is at home with a ("-": nowhere)
///     xIb  the stand-in of session x is b
class Script
{
public:
    explicit Script(Failback failback) : m_chain(chainWith(failback)) {}

    /// What did not hold; empty: all did.
    QByteArray play(const char *script)
    {
        const QStringList words = QString::fromLatin1(script).split(QLatin1Char(' '), Qt::SkipEmptyParts);
        for (const QString &word : words) {
            const std::string text = word.toStdString();
            if (text[0] == '+') {
                m_now += std::chrono::minutes(std::stoi(text.substr(1)));
            } else if (text[0] == 'A') {
                m_book.answered(m_chain, step(text[1]), m_now);
            } else if (const QByteArray wrong = act(text); !wrong.isEmpty()) {
                return wrong;
            }
        }
        return {};
    }

private:
    static std::size_t step(char name) { return static_cast<std::size_t>(name - 'a'); }

    QByteArray act(const std::string &text)
    {
        const std::string session(1, text[0]);
        if (text[1] == 'S') {
            m_book.served(m_chain, session, step(text[2]), m_now);
        } else if (text[1] == 'F') {
            m_book.failed(m_chain, session, step(text[2]), m_now);
        } else {
            const auto got = text[1] == 'H' ? m_book.home(m_chain, session, m_now)
                                            : m_book.standIn(m_chain, session, m_now);
            const char name = got ? static_cast<char>('a' + *got) : '-';
            return name == text[2] ? QByteArray() : QByteArray::fromStdString(text + ": it is " + name);
        }
        return {};
    }

    config::ChainConfig m_chain;
    SessionBook m_book;
    base::SteadyTime m_now{std::chrono::hours(1)};
};
} // namespace

class SessionBookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesHomeAsThePolicySays_data()
    {
        QTest::addColumn<Failback>("failback");
        QTest::addColumn<QByteArray>("script");
        const auto row = [](const char *name, Failback failback, const char *script) {
            QTest::newRow(name) << failback << QByteArray(script);
        };
        row("a new session has no home", Failback::AtOnce, "xH- xI-");
        row("who served it is its home", Failback::AtOnce, "xSb xHb xI- yH-");
        row("at once: back to the first", Failback::AtOnce, "xSa xFa xSb xHa xIb xSa xHa xI-");
        row("at once: also after two moves", Failback::AtOnce, "xSa xSb xSc xHa xIc");
        row("a failure alone moves nobody", Failback::Stay, "xSa xFa xHa xI-");
        row("idle for too long: the session is over", Failback::AtOnce, "xSa +30 xHa +1 xH-");
        row("every request keeps it alive", Failback::AtOnce, "xSa +20 xSa +20 xHa");
        row("a failed request keeps it alive", Failback::AtOnce, "xSa +20 xFa +20 xHa");
        row("a session that begins again has a new first home", Failback::AtOnce, "xSa +31 xSb xHb xI-");

        row("after probes: stays away at first", Failback::AfterProbes, "xSa xFa xSb xHb xI-");
        row("after probes: one is too few", Failback::AfterProbes, "xSa xFa xSb Aa xHb");
        row("after probes: two are enough", Failback::AfterProbes, "xSa xFa xSb Aa Aa xHa xIb");
        row("after probes: those of other sessions count", Failback::AfterProbes, "xSa xFa xSb ySa ySa xHa");
        row("after probes: those of other steps do not", Failback::AfterProbes, "xSa xFa xSb Ab Ac xSb xHb");
        row("after probes: those before the failure do not", Failback::AfterProbes,
            "Aa Aa Aa xSa xFa xSb xHb");
        row("after probes: a failure of others counts too", Failback::AfterProbes,
            "xSa xFa xSb Aa yFa Aa xHb Aa xHa");

        row("session end: stays where it is", Failback::SessionEnd, "xSa xFa xSb Aa Aa Aa xHb +29 xHb");
        row("session end: then free", Failback::SessionEnd, "xSa xFa xSb +31 xH-");
        row("session end: new sessions are free", Failback::SessionEnd, "xSa xFa xSb yH-");

        row("stay: the new one is home", Failback::Stay, "xSa xFa xSb Aa Aa xHb +20 xHb");
        row("stay: also of new sessions", Failback::Stay, "xSa xFa xSb yHb");
        row("stay: also after the session", Failback::Stay, "xSa xFa xSb +31 xHb yHb");
        row("stay: until it fails", Failback::Stay, "xSa xFa xSb xFb yH-");
        row("stay: then the next", Failback::Stay, "xSa xFa xSb xFb xSc xHc yHc");
        row("stay: nobody has moved yet", Failback::Stay, "xSa yH-");
        row("stay: another session keeps its own", Failback::Stay, "ySa xSa xFa xSb yHa");
    }
    void goesHomeAsThePolicySays()
    {
        QFETCH(Failback, failback);
        QFETCH(QByteArray, script);
        QCOMPARE(Script(failback).play(script.constData()), QByteArray());
    }

    void survivesEditsOfTheChain()
    {
        SessionBook book;
        config::ChainConfig chain = chainWith(Failback::AtOnce);
        book.served(chain, "x", 0, {});
        std::swap(chain.steps[0], chain.steps[2]);
        QCOMPARE(book.home(chain, "x", {}), std::optional<std::size_t>(2));
        chain.steps[2].enabled = false;
        QCOMPARE(book.home(chain, "x", {}), std::nullopt);
        book.served(chain, "x", 1, {});
        chain.steps[2].enabled = true;
        QCOMPARE(book.home(chain, "x", {}), std::optional<std::size_t>(1));
    }

    void knowsNobodyWithoutStickiness()
    {
        SessionBook book;
        config::ChainConfig chain = chainWith(Failback::AtOnce);
        book.served(chain, "", 0, {});
        QCOMPARE(book.home(chain, "", {}), std::nullopt);
        chain.policy.sticky.enabled = false;
        book.served(chain, "x", 0, {});
        QCOMPARE(book.home(chain, "x", {}), std::nullopt);
        QCOMPARE(book.size(), std::size_t{0});
    }

    void chainsDoNotShareSessions()
    {
        SessionBook book;
        config::ChainConfig chain = chainWith(Failback::AtOnce);
        book.served(chain, "x", 0, {});
        chain.id = "other";
        QCOMPARE(book.home(chain, "x", {}), std::nullopt);
    }

    void theOldestSessionsMakeRoom()
    {
        SessionBook book;
        const config::ChainConfig chain = chainWith(Failback::AtOnce);
        for (std::size_t i = 0; i < SessionBook::kMostSessions; ++i) {
            book.served(chain, "s" + std::to_string(i), 0, {});
        }
        book.served(chain, "s0", 0, {}); // seen again: not the oldest any more
        book.served(chain, "new", 0, {});
        QCOMPARE(book.size(), SessionBook::kMostSessions);
        QVERIFY(book.home(chain, "s0", {}));
        QVERIFY(!book.home(chain, "s1", {}));
        QVERIFY(book.home(chain, "s2", {}));
        QVERIFY(book.home(chain, "new", {}));
    }
};

SIGNALBOX_TEST(SessionBookTest)
#include "session_book_test.moc"
