// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/secrets/keychain_secret_store.h"

#include <map>

#include "core/foundation/base/log.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using base::ErrorCode;
using base::SecretString;
using secrets::KeychainState;
using Kind = secrets::KeychainJobs::Answer::Kind;

namespace {
/// A keychain that does what the test says: lies, hangs, loses writes.
struct World {
    secrets::KeychainStatus status{KeychainState::Available, true, "Secret Service", {}};
    std::map<std::string, std::string> entries;
    std::vector<std::function<void()>> pending; ///< answers under way
    std::vector<std::function<void()>> hung;    ///< answers that wait for release()
    std::vector<std::string> jobs;
    std::function<void()> changed;
    bool hang = false;
    bool losesWrites = false;
    bool keepsRemoved = false;
    std::vector<secrets::KeychainJobs::Answer> scripted; ///< answers of the next jobs, before anything else

    void locked() { status = {KeychainState::Locked, true, "Secret Service", "it is locked: unlock it"}; }
    void unlocked() { status = {KeychainState::Available, true, "Secret Service", {}}; }

    void run()
    {
        while (!pending.empty()) {
            const auto next = std::move(pending.front());
            pending.erase(pending.begin());
            next();
        }
    }
    void release()
    {
        pending.insert(pending.end(), hung.begin(), hung.end());
        hung.clear();
        run();
    }
    void answer(const std::string &job, const secrets::KeychainJobs::Done &done,
                std::function<secrets::KeychainJobs::Answer()> outcome)
    {
        jobs.push_back(job);
        if (!scripted.empty()) {
            outcome = [given = scripted.front()] { return given; };
            scripted.erase(scripted.begin());
        }
        (hang ? hung : pending).push_back([done, outcome = std::move(outcome)] { done(outcome()); });
    }
};

class FakeJobs final : public secrets::KeychainJobs
{
public:
    explicit FakeJobs(World &world) : m_world(world) {}
    void read(const std::string &name, Done done) override
    {
        m_world.answer("read " + name, done, [this, name]() -> Answer {
            const auto it = m_world.entries.find(name);
            const bool hidden = m_world.status.state != KeychainState::Available; // as libsecret does
            return hidden || it == m_world.entries.end()
                       ? Answer{Kind::NotFound, "", {}}
                       : Answer{Kind::Ok, "", SecretString(std::string(it->second))};
        });
    }
    void write(const std::string &name, const SecretString &secret, Done done) override
    {
        m_world.answer("write " + name, done, [this, name, secret]() -> Answer {
            if (m_world.status.state == KeychainState::Locked) {
                return {Kind::Denied, "Cannot create an item in a locked collection", {}};
            }
            if (!m_world.losesWrites) {
                m_world.entries[name] = std::string(secret.reveal());
            }
            return {};
        });
    }
    void remove(const std::string &name, Done done) override
    {
        m_world.answer("remove " + name, done, [this, name]() -> Answer {
            if (!m_world.keepsRemoved) {
                m_world.entries.erase(name);
            }
            return {};
        });
    }

private:
    World &m_world;
};

class FakeProbe final : public secrets::KeychainProbe
{
public:
    explicit FakeProbe(World &world) : m_world(world) {}
    void ask(std::function<void(secrets::KeychainStatus)> done) override
    {
        m_world.pending.push_back([this, done] { done(m_world.status); });
    }
    void watch(std::function<void()> changed) override { m_world.changed = std::move(changed); }

private:
    World &m_world;
};

struct Bench {
    test::FakeClock clock;
    World world;
    secrets::KeychainSecretStore store{clock, std::make_unique<FakeJobs>(world),
                                       std::make_unique<FakeProbe>(world)};

    using Read = base::Result<SecretString>;
    std::shared_ptr<std::optional<Read>> read(const std::string &name)
    {
        auto out = std::make_shared<std::optional<Read>>();
        store.read(name, [out](Read result) {
            QVERIFY(!*out); // once
            *out = std::move(result);
        });
        return out;
    }
    std::shared_ptr<std::optional<base::Result<void>>> write(const std::string &name,
                                                             const std::string &secret)
    {
        auto out = std::make_shared<std::optional<base::Result<void>>>();
        store.write(name, SecretString(std::string(secret)),
                    [out](base::Result<void> result) { *out = result; });
        return out;
    }
    std::shared_ptr<std::optional<base::Result<void>>> remove(const std::string &name)
    {
        auto out = std::make_shared<std::optional<base::Result<void>>>();
        store.remove(name, [out](base::Result<void> result) { *out = result; });
        return out;
    }
};

template<typename T>
bool failedWith(const std::shared_ptr<std::optional<base::Result<T>>> &answer, ErrorCode code)
{
    return *answer && !(*answer)->has_value() && (*answer)->error().code == code;
}
template<typename T>
bool worked(const std::shared_ptr<std::optional<base::Result<T>>> &answer)
{
    return *answer && (*answer)->has_value();
}
} // namespace

class KeychainSecretStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesReadsAndRemoves()
    {
        Bench b;
        const auto written = b.write("provider/openai", "secret-of-openai");
        QVERIFY(!*written); // later, never from inside the call
        b.world.run();
        QVERIFY(worked(written));
        const auto read = b.read("provider/openai");
        b.world.run();
        QVERIFY(worked(read));
        QCOMPARE((*read)->value().reveal(), std::string_view("secret-of-openai"));
        const auto removed = b.remove("provider/openai");
        b.world.run();
        QVERIFY(worked(removed));
        const auto gone = b.read("provider/openai");
        b.world.run();
        QVERIFY(failedWith(gone, ErrorCode::NotFound));
        QVERIFY((*gone)->error().message.find("provider/openai") != std::string::npos);
    }

    void aWriteIsReadBack()
    {
        Bench b;
        b.world.losesWrites = true;
        const auto lost = b.write("x", "some-secret");
        b.world.run();
        QVERIFY(failedWith(lost, ErrorCode::Io));
        b.world.entries["x"] = "another-secret";
        const auto stale = b.write("x", "some-secret");
        b.world.run();
        QVERIFY(failedWith(stale, ErrorCode::Io));
        QVERIFY((b.world.jobs == std::vector<std::string>{"write x", "read x", "write x", "read x"}));
    }

    void aRemovalIsReadBack()
    {
        Bench b;
        b.world.entries["x"] = "some-secret";
        b.world.keepsRemoved = true;
        const auto kept = b.remove("x");
        b.world.run();
        QVERIFY(failedWith(kept, ErrorCode::Denied));
    }

    void lockedIsToldFromMissing()
    {
        Bench b;
        b.world.entries["x"] = "some-secret";
        b.world.locked();
        const auto read = b.read("x");
        const auto written = b.write("y", "other-secret");
        const auto removed = b.remove("x");
        b.world.run();
        QVERIFY(failedWith(read, ErrorCode::Locked));
        QVERIFY(failedWith(written, ErrorCode::Locked));
        QVERIFY(failedWith(removed, ErrorCode::Locked));
        QCOMPARE((*read)->error().message, std::string("it is locked: unlock it"));
        QVERIFY(b.world.entries.contains("x"));
        QVERIFY(std::find(b.world.jobs.begin(), b.world.jobs.end(), "remove x") == b.world.jobs.end());
    }

    void onlyOneReadAsksToUnlock()
    {
        Bench b;
        b.world.locked();
        for (int i = 0; i < 5; ++i) {
            const auto read = b.read("x");
            b.world.run();
            QVERIFY(failedWith(read, ErrorCode::Locked));
        }
        QCOMPARE(b.world.jobs.size(), 1U);
        b.world.unlocked();
        b.world.entries["x"] = "some-secret";
        const auto open = b.read("x");
        b.world.run();
        QVERIFY(worked(open));
        b.world.locked(); // locked again: one more question
        const auto again = b.read("x");
        b.world.run();
        QVERIFY(failedWith(again, ErrorCode::Locked));
        QCOMPARE(b.world.jobs.size(), 3U);
    }

    void withoutAServiceNoJobIsBegun()
    {
        Bench b;
        b.world.status = {KeychainState::Missing, false, "Secret Service", "no service: start one"};
        const auto read = b.read("x");
        const auto written = b.write("x", "some-secret");
        b.world.run();
        QVERIFY(failedWith(read, ErrorCode::Unavailable));
        QVERIFY(failedWith(written, ErrorCode::Unavailable));
        QCOMPARE((*read)->error().message, std::string("no service: start one"));
        QVERIFY(b.world.jobs.empty());
    }

    void aRefusalIsDenied()
    {
        Bench b;
        b.world.status = {KeychainState::Refused, true, "Secret Service", "allow it"};
        const auto state = b.read("x");
        b.world.run();
        QVERIFY(failedWith(state, ErrorCode::Denied));
        b.world.unlocked();
        b.world.scripted = {{Kind::Denied, "no", {}}};
        const auto job = b.read("x");
        b.world.run();
        QVERIFY(failedWith(job, ErrorCode::Denied));
    }

    void aRestartedServiceIsAskedOnceMore()
    {
        Bench b;
        b.world.entries["x"] = "some-secret";
        b.world.scripted = {{Kind::Failed, "connection closed", {}}};
        const auto read = b.read("x");
        b.world.run();
        QVERIFY(worked(read));
        b.world.jobs.clear();
        b.world.scripted = {
            {Kind::Failed, "broken", {}}, {Kind::Failed, "broken", {}}, {Kind::Failed, "broken", {}}};
        const auto broken = b.read("x");
        b.world.run();
        QVERIFY(failedWith(broken, ErrorCode::Unavailable));
        QVERIFY((*broken)->error().message.find("broken") != std::string::npos);
        QCOMPARE(b.world.jobs.size(), 2U);
    }

    void aHungServiceCostsFiveSecondsPerCallAndNotPerQueue()
    {
        Bench b;
        b.world.hang = true;
        const auto first = b.read("a");
        b.world.run();
        b.clock.advance(2s);
        const auto second = b.read("b");
        b.world.run();
        b.clock.advance(3s - 1ms);
        QVERIFY(!*first);
        b.clock.advance(1ms);
        QVERIFY(failedWith(first, ErrorCode::Timeout));
        QVERIFY(!*second);
        b.clock.advance(2s);
        QVERIFY(failedWith(second, ErrorCode::Timeout));
        QCOMPARE(b.world.jobs.size(), 1U); // the second never reached the service
    }

    void callsGoOneByOneInTheirOrder()
    {
        Bench b;
        b.world.hang = true;
        b.world.entries = {{"a", "secret-a"}, {"b", "secret-b"}};
        const auto first = b.read("a");
        const auto second = b.read("b");
        b.world.run();
        QCOMPARE(b.world.jobs.size(), 1U);
        b.world.release();
        QVERIFY(worked(first) && !*second);
        b.world.release();
        QVERIFY(worked(second));
        QVERIFY((b.world.jobs == std::vector<std::string>{"read a", "read b"}));
    }

    void aLateAnswerDisturbsNobodyAndIsAnnounced()
    {
        Bench b;
        int again = 0;
        b.store.onAvailableAgain([&] { ++again; });
        b.world.entries = {{"a", "secret-a"}, {"b", "secret-b"}};
        b.world.hang = true;
        const auto late = b.read("a");
        b.world.run();
        b.clock.advance(5s);
        QVERIFY(failedWith(late, ErrorCode::Timeout));
        b.world.hang = false;
        const auto next = b.read("b");
        b.world.run();
        QVERIFY(!*next); // the library still works on the first
        b.world.release();
        QVERIFY(worked(next));
        QCOMPARE((*next)->value().reveal(), std::string_view("secret-b"));
        QCOMPARE(again, 1);
    }

    void unlockingIsAnnouncedOnce()
    {
        Bench b;
        int again = 0;
        b.store.onAvailableAgain([&] { ++again; });
        b.world.changed();
        b.world.run();
        QCOMPARE(again, 0); // nothing had failed
        b.world.locked();
        (void)b.read("x");
        b.world.run();
        b.world.changed();
        b.world.run();
        QCOMPARE(again, 0); // still locked
        b.world.unlocked();
        b.world.changed();
        b.world.changed();
        b.world.run();
        QCOMPARE(again, 1);
    }

    void nonsenseIsNotStored()
    {
        Bench b;
        const auto empty = b.write("x", "");
        const auto nul = b.write("x", std::string("a\0b", 3));
        const auto nameless = b.write("", "some-secret");
        b.world.run();
        QVERIFY(failedWith(empty, ErrorCode::InvalidArgument));
        QVERIFY(failedWith(nul, ErrorCode::InvalidArgument));
        QVERIFY(failedWith(nameless, ErrorCode::InvalidArgument));
        QVERIFY(b.world.jobs.empty());
    }

    void garbageInTheKeychainIsNoKey()
    {
        Bench b;
        for (const std::string &garbage :
             {std::string(), std::string("key\r\nx-evil: 1"), std::string("a\0b", 3)}) {
            b.world.entries["x"] = garbage;
            const auto read = b.read("x");
            b.world.run();
            QVERIFY(failedWith(read, ErrorCode::Corrupt));
        }
    }

    void whatPassesThroughIsKnownToTheLog()
    {
        Bench b;
        b.world.entries["x"] = "canary-read-from-keychain";
        (void)b.read("x");
        (void)b.write("y", "canary-written-to-keychain");
        b.world.run();
        for (const char *canary : {"canary-read-from-keychain", "canary-written-to-keychain"}) {
            QVERIFY(base::redacted(std::string("before ") + canary + " after").find(canary)
                    == std::string::npos);
        }
    }
};

SIGNALBOX_TEST(KeychainSecretStoreTest)
#include "keychain_secret_store_test.moc"
