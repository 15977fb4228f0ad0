// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/secrets/keychain_secret_store.h"

#include <algorithm>
#include <utility>

#include "core/foundation/base/log.h"

namespace signalbox::secrets {

namespace {
constexpr base::Duration kLimit = std::chrono::seconds(5);

constexpr const char *kTimeoutText =
    "the keychain does not answer: look for a question of it on the screen, or restart the keychain service";

/// What goes into a header field must not end its line; anything may have been put into the entry.
bool isOneLineOfText(const base::SecretString &secret)
{
    const std::string_view text = secret.reveal();
    return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

base::Error lockedError(const KeychainStatus &status)
{
    return {base::ErrorCode::Locked, status.advice};
}
} // namespace

struct KeychainSecretStore::Call {
    enum class What : std::uint8_t { Read, Write, Remove };
    What what = What::Read;
    std::string name;
    base::SecretString secret; ///< to write
    Read done;                 ///< null once answered
    std::unique_ptr<base::Timer> limit;
    bool retried = false;

    void answer(base::Result<base::SecretString> result)
    {
        limit.reset();
        if (const Read callback = std::exchange(done, nullptr)) {
            callback(std::move(result));
        }
    }
};

KeychainSecretStore::KeychainSecretStore(base::Clock &clock, std::unique_ptr<KeychainJobs> jobs,
                                         std::unique_ptr<KeychainProbe> probe)
    : m_clock(clock), m_jobs(std::move(jobs)), m_probe(std::move(probe))
{
    m_probe->watch([this] { noteChange(); });
}

KeychainSecretStore::~KeychainSecretStore() = default;

void KeychainSecretStore::read(const std::string &name, Read done)
{
    enqueue(std::make_shared<Call>(Call{Call::What::Read, name, {}, std::move(done), nullptr}));
}

void KeychainSecretStore::write(const std::string &name, base::SecretString secret, Done done)
{
    base::redactFromLogs(secret);
    enqueue(std::make_shared<Call>(Call{Call::What::Write, name, std::move(secret),
                                        [done = std::move(done)](base::Result<base::SecretString> result) {
                                            done(result ? base::Result<void>()
                                                        : std::unexpected(result.error()));
                                        },
                                        nullptr}));
}

void KeychainSecretStore::remove(const std::string &name, Done done)
{
    enqueue(std::make_shared<Call>(Call{Call::What::Remove,
                                        name,
                                        {},
                                        [done = std::move(done)](base::Result<base::SecretString> result) {
                                            done(result ? base::Result<void>()
                                                        : std::unexpected(result.error()));
                                        },
                                        nullptr}));
}

void KeychainSecretStore::enqueue(std::shared_ptr<Call> call)
{
    // The limit runs from here, so that a queue behind a service that hangs is not a wait without an end.
    const std::weak_ptr<Call> weak = call;
    call->limit = m_clock.makeTimer([this, weak] {
        const auto late = weak.lock();
        if (!late) {
            return;
        }
        m_failedBefore = true;
        std::erase(m_waiting,
                   late); // a job that runs is left to end by itself: the library knows no cancelling
        late->answer(base::fail(base::ErrorCode::Timeout, kTimeoutText));
    });
    call->limit->start(kLimit);
    m_waiting.push_back(std::move(call));
    if (!m_current) {
        next();
    }
}

void KeychainSecretStore::next()
{
    m_current = nullptr;
    if (m_waiting.empty()) {
        return;
    }
    m_current = m_waiting.front();
    m_waiting.pop_front();
    m_probe->ask([this](const KeychainStatus &status) { begin(status); });
}

void KeychainSecretStore::begin(const KeychainStatus &status)
{
    const Call &call = *m_current;
    if (!call.done) { // its time ran out while we looked
        next();
        return;
    }
    if (call.name.empty() || (call.what == Call::What::Write && !isOneLineOfText(call.secret))) {
        finish(base::fail(base::ErrorCode::InvalidArgument, "a key is one line of text"));
        return;
    }
    if (!status.answers) {
        finish(base::fail(base::ErrorCode::Unavailable, status.advice));
        return;
    }
    if (status.state == KeychainState::Refused) {
        finish(base::fail(base::ErrorCode::Denied, status.advice));
        return;
    }
    if (status.state == KeychainState::Locked) {
        const bool ask =
            call.what == Call::What::Write || (call.what == Call::What::Read && !m_askedToUnlock);
        if (!ask) { // a removal would report success and remove nothing
            finish(std::unexpected(lockedError(status)));
            return;
        }
        m_askedToUnlock = true;
    } else {
        m_askedToUnlock = false;
    }
    runJob();
}

void KeychainSecretStore::runJob()
{
    const auto done = [this](KeychainJobs::Answer answer) { jobEnded(std::move(answer)); };
    switch (m_current->what) {
    case Call::What::Read:
        m_jobs->read(m_current->name, done);
        break;
    case Call::What::Write:
        m_jobs->write(m_current->name, m_current->secret, done);
        break;
    case Call::What::Remove:
        m_jobs->remove(m_current->name, done);
        break;
    }
}

void KeychainSecretStore::jobEnded(KeychainJobs::Answer answer)
{
    base::redactFromLogs(answer.secret);
    if (!m_current->done) { // too late for the caller; but the service answers again
        next();
        if (answer.kind == Kind::Ok) {
            noteChange();
        }
        return;
    }
    const bool worked =
        answer.kind == Kind::Ok || (m_current->what == Call::What::Remove && answer.kind == Kind::NotFound);
    if (!worked) {
        explain(answer);
    } else if (m_current->what == Call::What::Read && !isOneLineOfText(answer.secret)) {
        finish(base::fail(base::ErrorCode::Corrupt, "the keychain's entry '" + m_current->name
                                                        + "' holds no key: enter the key again"));
    } else if (m_current->what == Call::What::Read) {
        finish(std::move(answer.secret));
    } else {
        m_jobs->read(m_current->name, [this](const KeychainJobs::Answer &found) { readBack(found); });
    }
}

void KeychainSecretStore::readBack(const KeychainJobs::Answer &found)
{
    if (!m_current->done) {
        next();
        return;
    }
    if (m_current->what == Call::What::Write) {
        if (found.kind == Kind::Ok
            && base::equalInConstantTime(found.secret.reveal(), m_current->secret.reveal())) {
            finish(base::SecretString());
        } else if (found.kind == Kind::Ok || found.kind == Kind::NotFound) {
            finish(base::fail(
                base::ErrorCode::Io,
                "the keychain took the key but does not give it back: keep it for this session or take "
                "it from the environment"));
        } else {
            explain(found);
        }
        return;
    }
    if (found.kind == Kind::Ok) {
        finish(base::fail(
            base::ErrorCode::Denied,
            "the keychain says the key is gone, but still gives it out: remove it in the keychain's "
            "own program"));
    } else if (found.kind != Kind::NotFound) {
        explain(found);
    } else { // gone, or merely hidden because the keyring was locked meanwhile
        m_probe->ask([this](const KeychainStatus &status) {
            if (status.state == KeychainState::Locked) {
                finish(std::unexpected(lockedError(status)));
            } else {
                finish(base::SecretString());
            }
        });
    }
}

/// A failed job says little; the state of the service says why.
void KeychainSecretStore::explain(const KeychainJobs::Answer &answer)
{
    m_probe->ask([this, answer](const KeychainStatus &status) {
        Call &call = *m_current;
        if (!status.answers) {
            finish(base::fail(base::ErrorCode::Unavailable, status.advice));
        } else if (status.state == KeychainState::Locked) {
            finish(std::unexpected(lockedError(status)));
        } else if (status.state == KeychainState::Refused) {
            finish(base::fail(base::ErrorCode::Denied, status.advice));
        } else if (answer.kind == Kind::NotFound) {
            finish(base::fail(base::ErrorCode::NotFound,
                              "the keychain has no entry '" + call.name + "': enter the key again"));
        } else if (answer.kind == Kind::Denied) {
            finish(base::fail(base::ErrorCode::Denied,
                              "the keychain refused: allow Signalbox to use the entry '" + call.name + "'"));
        } else if (status.state == KeychainState::Missing) {
            finish(base::fail(base::ErrorCode::Unavailable, status.advice));
        } else if (!call.retried && call.done) { // the service may just have been restarted
            call.retried = true;
            runJob();
        } else {
            finish(base::fail(base::ErrorCode::Unavailable, "the keychain failed: " + answer.text));
        }
    });
}

void KeychainSecretStore::finish(base::Result<base::SecretString> result)
{
    const auto ended = m_current;
    if (!result && result.error().code != base::ErrorCode::NotFound
        && result.error().code != base::ErrorCode::InvalidArgument) {
        m_failedBefore = true;
    }
    next();
    ended->answer(std::move(result));
}

void KeychainSecretStore::noteChange()
{
    m_probe->ask([this](const KeychainStatus &status) {
        if (status.state != KeychainState::Available) {
            return;
        }
        m_askedToUnlock = false;
        if (std::exchange(m_failedBefore, false) && m_again) {
            m_again();
        }
    });
}

} // namespace signalbox::secrets
