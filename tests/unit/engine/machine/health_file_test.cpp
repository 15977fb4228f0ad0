// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/machine/health_file.h"

#include <sys/stat.h>

#include <QDir>

#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"

using namespace signalbox;
using events::Outcome;
using health::Admission;
using health::Target;
using machine::HealthMemory;
using namespace std::chrono_literals;

namespace {
const Target kModel{"openai", "provider/openai", "https://api.openai.com", "gpt"};

/// One run of the program after another over one file.
struct Bench {
    test::TempProfile profile;
    test::FakeClock clock;
    std::string path = profile.dir() + "/health.json";
    std::vector<std::string> problems;
    std::unique_ptr<health::HealthBook> book;
    std::unique_ptr<machine::HealthFile> file;

    void start()
    {
        book = std::make_unique<health::HealthBook>();
        file = std::make_unique<machine::HealthFile>(machine::HealthFile::Deps{
            clock, *book, path, [this](std::string text) { problems.push_back(std::move(text)); }});
        file->restore();
    }
    void stop() { file.reset(); }
    void attempt(Outcome outcome, std::optional<base::Duration> retryAfter = {})
    {
        health::Result result;
        result.outcome = outcome;
        result.retryAfter = retryAfter;
        book->finish(kModel, book->begin(kModel, clock.now()), result, clock.now(), 0.0);
        file->noteChanges();
    }
    health::View view() const { return book->view(kModel, clock.now()); }
    std::string content() const { return profile.read("health.json"); }
};

HealthMemory everything()
{
    const base::WallTime at{std::chrono::microseconds(1'795'176'000'123'456)};
    return {{{.target = {.provider = "paused one"}, .paused = true},
             {.target = {"p", "k", "https://example.com", ""}, .open = true, .cause = Outcome::KeyRefused},
             {.target = {"p", "k", "https://example.com", "qwen3:32b \"x\""},
              .open = true,
              .openUntil = at,
              .cause = Outcome::TlsFailed,
              .misconfigured = true,
              .named = true,
              .localInRow = 4,
              .openings = 2,
              .paused = true,
              .forced = true,
              .forcedUntil = at + 1h}},
            {{"p", "k", "a1b2"}}};
}

const char *const kUnknownCause =
    "{\"version\": 1, \"keys\": [], \"breakers\": ["
    "{\"provider\": \"p\", \"origin\": \"o\", \"model\": \"m\", \"open\": true, \"cause\": \"Bewitched\"},"
    "{\"model\": \"of nobody\", \"open\": true, \"cause\": \"ServerFailed\"},"
    "{\"provider\": \"q\", \"origin\": \"o\", \"model\": \"m\", \"open\": true, \"cause\": \"ServerFailed\","
    " \"untilUs\": 1e99, \"openings\": -3, \"paused\": \"yes\"}]}";
const char *const kCut = "{\"version\": 1, \"keys\": [], \"breakers\": [{\"prov";
const char *const kNotOurs = "{\"hello\": \"world\"}";
const char *const kLaterVersion = "{\"version\": 2, \"keys\": [], \"breakers\": []}";
} // namespace

class HealthFileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenReadsBackTheSame()
    {
        for (const HealthMemory &memory : {HealthMemory{}, everything()}) {
            const auto read = machine::readHealth(machine::writeHealth(memory));
            QVERIFY(read);
            QVERIFY(*read == memory);
        }
    }

    void anOpenBreakerSurvivesARestart()
    {
        Bench b;
        b.start();
        QVERIFY(b.problems.empty()); // no file yet is no problem
        b.attempt(Outcome::RateLimited, 10min);
        b.stop();
        b.clock.advance(4min);
        b.start();
        QCOMPARE(b.view().admission, Admission::Open);
        QCOMPARE(b.view().openUntil, b.clock.now() + 6min);
        QCOMPARE(b.view().cause, Outcome::RateLimited);
        b.stop();
        b.clock.advance(6min);
        b.start();
        QCOMPARE(b.view().admission, Admission::AllowedAsProbe);
    }

    void isWrittenASecondAfterAChangeAndOnlyThen()
    {
        Bench b;
        b.start();
        b.attempt(Outcome::Answered);
        QVERIFY(!b.clock.soonest());
        b.attempt(Outcome::RateLimited);
        b.clock.advance(999ms);
        QVERIFY(b.content().empty());
        b.clock.advance(1ms);
        QVERIFY(b.content().find("RateLimited") != std::string::npos);
        QVERIFY(!b.clock.soonest()); // nothing more to wait for
    }

    void onlyItsUserMayReadTheFileAndNothingElseIsLeftBeside()
    {
        Bench b;
        b.start();
        b.attempt(Outcome::RateLimited);
        b.stop();
        struct stat info = {};
        QCOMPARE(::stat(b.path.c_str(), &info), 0);
        QCOMPARE(static_cast<int>(info.st_mode & 0777), 0600);
        const QDir folder(QString::fromStdString(b.profile.dir()));
        QCOMPARE(folder.entryList(QDir::Files | QDir::Hidden), QStringList{QStringLiteral("health.json")});
    }

    void aRefusedKeyIsRememberedUntilItIsAnother_data()
    {
        QTest::addColumn<QString>("last4");
        QTest::addColumn<bool>("refused");
        QTest::newRow("the same") << "a1b2" << true;
        QTest::newRow("another") << "c3d4" << false;
        QTest::newRow("not at hand yet") << "" << true;
    }
    void aRefusedKeyIsRememberedUntilItIsAnother()
    {
        QFETCH(QString, last4);
        QFETCH(bool, refused);
        Bench b;
        b.start();
        b.file->keysAre({{"openai", "provider/openai", "a1b2"}});
        b.attempt(Outcome::KeyRefused);
        b.stop();
        b.start();
        b.file->keysAre({{"openai", "provider/openai", last4.toStdString()}});
        QCOMPARE(b.view().admission, refused ? Admission::Open : Admission::Allowed);
        b.clock.advance(1s);
        QCOMPARE(b.content().find("KeyRefused") != std::string::npos, refused);
    }

    void aKeyThatIsEditedWhileWeRunStartsAfresh()
    {
        Bench b;
        b.start();
        b.file->keysAre({{"openai", "provider/openai", "a1b2"}});
        b.attempt(Outcome::QuotaSpent);
        b.file->keysAre({{"openai", "provider/openai", "c3d4"}});
        QCOMPARE(b.view().admission, Admission::Allowed);
    }

    void aFileThatCannotBeReadIsToldOfAndReplaced_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("cut") << QByteArray(kCut);
        QTest::newRow("not ours") << QByteArray(kNotOurs);
        QTest::newRow("of a later version") << QByteArray(kLaterVersion);
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("bytes") << QByteArray("\x00\xff\x7f", 3);
    }
    void aFileThatCannotBeReadIsToldOfAndReplaced()
    {
        QFETCH(QByteArray, content);
        Bench b;
        b.profile.write("health.json", content.toStdString());
        b.start();
        QCOMPARE(b.problems.size(), 1U);
        QVERIFY(b.problems[0].find("health.json") != std::string::npos);
        b.attempt(Outcome::RateLimited);
        b.stop();
        b.start();
        QCOMPARE(b.problems.size(), 1U);
        QCOMPARE(b.view().admission, Admission::Open);
    }

    void entriesThatMakeNoSenseAreLeftOut()
    {
        const auto read = machine::readHealth(kUnknownCause);
        QVERIFY(read);
        QCOMPARE(read->breakers.size(), 1U);
        const health::SavedBreaker &one = read->breakers[0];
        QCOMPARE(one.target.provider, std::string("q"));
        QVERIFY(!one.openUntil && !one.paused);
        QCOMPARE(one.openings, 0);
    }

    void aFolderThatCannotBeWrittenDoesNoHarm()
    {
        Bench b;
        b.path = b.profile.dir() + "/missing/health.json";
        b.start();
        b.attempt(Outcome::RateLimited);
        b.clock.advance(1s);
        QCOMPARE(b.view().admission, Admission::Open);
        QVERIFY(!b.clock.soonest());
    }
};

SIGNALBOX_TEST(HealthFileTest)
#include "health_file_test.moc"
