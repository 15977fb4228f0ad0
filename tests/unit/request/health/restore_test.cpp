// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/health_book.h"

#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using health::Admission;
using health::BreakerState;
using health::SavedBreaker;
using health::Target;
using namespace std::chrono_literals;

namespace {
const Target kModel{"p", "k", "https://example.com", "m"};
const Target kKey{"p", "k", "https://example.com", ""};
const base::SteadyTime kNow{10s};
const base::WallTime kWall{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)};

health::View restored(const SavedBreaker &saved)
{
    health::HealthBook book;
    const std::vector<SavedBreaker> all{saved};
    book.restore(all, kNow, kWall);
    return book.view(kModel, kNow);
}
} // namespace

class RestoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aClockThatJumpedKeepsNothingOpenTooLong_data()
    {
        QTest::addColumn<int>("cause");
        QTest::addColumn<bool>("named");
        QTest::addColumn<qlonglong>("savedLeft"); ///< seconds
        QTest::addColumn<qlonglong>("left");
        const auto row = [](const char *name, Outcome cause, bool named, qlonglong saved, qlonglong left) {
            QTest::newRow(name) << static_cast<int>(cause) << named << saved << left;
        };
        row("as it was", Outcome::ServerFailed, false, 100, 100);
        row("over", Outcome::ServerFailed, false, -100, 0);
        row("a day ahead", Outcome::ServerFailed, false, 86'400, 3630);
        row("connection, a day ahead", Outcome::ConnectFailed, false, 86'400, 90);
        row("model, a day ahead", Outcome::ModelMissing, false, 86'400, 630);
        row("quota without a reset", Outcome::QuotaSpent, false, 86'400, 3630);
        row("quota until tomorrow", Outcome::QuotaSpent, true, 86'400, 86'400);
        row("quota until next century", Outcome::QuotaSpent, true, 3'153'600'000, 31 * 86'400 + 30);
    }
    void aClockThatJumpedKeepsNothingOpenTooLong()
    {
        QFETCH(int, cause);
        QFETCH(bool, named);
        QFETCH(qlonglong, savedLeft);
        QFETCH(qlonglong, left);
        const health::View view = restored({.target = kModel,
                                            .open = true,
                                            .openUntil = kWall + std::chrono::seconds(savedLeft),
                                            .cause = static_cast<Outcome>(cause),
                                            .named = named});
        QCOMPARE(view.state, BreakerState::Open);
        QCOMPARE(view.openUntil, kNow + std::chrono::seconds(left));
    }

    void aRefusedKeyStaysOutAndTimesWithoutAnEndGetOne()
    {
        QCOMPARE(restored({.target = kKey, .open = true, .cause = Outcome::KeyRefused}).openUntil,
                 base::SteadyTime::max());
        QCOMPARE(restored({.target = kKey, .open = true, .cause = Outcome::QuotaSpent}).openUntil,
                 kNow + 1h + 30s);
    }

    void whatWasDoneByHandComesBack()
    {
        QVERIFY(restored({.target = kModel, .paused = true}).paused);
        QVERIFY(restored({.target = {.provider = "p"}, .paused = true}).paused);
        QCOMPARE(restored({.target = kModel, .forced = true}).openUntil, base::SteadyTime::max());
        const health::View until = restored({.target = kModel, .forced = true, .forcedUntil = kWall + 1h});
        QVERIFY(until.forced);
        QCOMPARE(until.openUntil, kNow + 1h);
        QVERIFY(!restored({.target = kModel, .forced = true, .forcedUntil = kWall - 1h}).forced);
        QCOMPARE(restored({.target = kModel, .forced = true, .forcedUntil = base::WallTime::max()}).admission,
                 Admission::Open);
    }

    void aProbeThatWasUnderWayIsDueAgain()
    {
        health::HealthBook book;
        health::Result limited;
        limited.outcome = Outcome::RateLimited;
        book.finish(kModel, book.begin(kModel, kNow), limited, kNow, 0.0);
        book.begin(kModel, kNow + 15s);
        health::HealthBook next;
        next.restore(book.save(kNow + 16s, kWall), kNow, kWall);
        QCOMPARE(next.view(kModel, kNow).state, BreakerState::Open);
        QCOMPARE(next.view(kModel, kNow).admission, Admission::AllowedAsProbe);
    }

    void theOpenTimeGoesOnGrowing()
    {
        health::HealthBook book;
        const std::vector<SavedBreaker> saved{{.target = kModel,
                                               .open = true,
                                               .openUntil = kWall,
                                               .cause = Outcome::ServerFailed,
                                               .openings = 2}};
        book.restore(saved, kNow, kWall);
        health::Result failed;
        failed.outcome = Outcome::ServerFailed;
        const auto after = book.finish(kModel, book.begin(kModel, kNow), failed, kNow, 0.0);
        QCOMPARE(after.openUntil, kNow + 120s);
    }

    void aHealthyBookHasNothingToSave()
    {
        health::HealthBook book;
        for (int i = 0; i < 2; ++i) {
            health::Result failed;
            failed.outcome = Outcome::ServerFailed;
            book.finish(kModel, book.begin(kModel, kNow), failed, kNow, 0.0);
        }
        QVERIFY(book.save(kNow, kWall).empty());
    }
};

SIGNALBOX_TEST(RestoreTest)
#include "restore_test.moc"
