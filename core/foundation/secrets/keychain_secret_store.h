// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>

#include "core/foundation/base/clock.h"
#include "core/foundation/secrets/keychain_backend.h"
#include "core/foundation/secrets/secret_store.h"

namespace signalbox::secrets {

/// Secrets in the operating system's keychain. Services hang, report success for what they did not do and
/// call a locked keyring an empty one; so calls go one by one, each ends within 5 s, writes and removals are
/// read back, and every failure is told apart by looking at the service's state. While the keyring is locked,
/// one read asks the user to unlock it and the others fail at once: one prompt, not one per request. Main
/// thread.
class KeychainSecretStore final : public SecretStore
{
public:
    KeychainSecretStore(base::Clock &clock, std::unique_ptr<KeychainJobs> jobs,
                        std::unique_ptr<KeychainProbe> probe);
    ~KeychainSecretStore() override;

    void read(const std::string &name, Read done) override;
    void write(const std::string &name, base::SecretString secret, Done done) override;
    void remove(const std::string &name, Done done) override;

    void state(std::function<void(KeychainStatus)> done) { m_probe->ask(std::move(done)); }
    /// `again` is called when reads that failed may succeed now: unlocked, started, or answering at last.
    void onAvailableAgain(std::function<void()> again) { m_again = std::move(again); }

private:
    struct Call;
    using Kind = KeychainJobs::Answer::Kind;

    void enqueue(std::shared_ptr<Call> call);
    void next();
    void begin(const KeychainStatus &status);
    void runJob();
    void jobEnded(KeychainJobs::Answer answer);
    void readBack(const KeychainJobs::Answer &before);
    void explain(const KeychainJobs::Answer &answer);
    void finish(base::Result<base::SecretString> result);
    void noteChange();

    base::Clock &m_clock;
    std::unique_ptr<KeychainJobs> m_jobs;
    std::unique_ptr<KeychainProbe> m_probe;
    std::function<void()> m_again;
    std::deque<std::shared_ptr<Call>> m_waiting;
    std::shared_ptr<Call> m_current;
    bool m_askedToUnlock = false;
    bool m_failedBefore = false; ///< some read failed in a way that may pass
};

/// The keychain of this machine and user, under the service name "signalbox".
std::unique_ptr<KeychainSecretStore> openKeychain(base::Clock &clock);

} // namespace signalbox::secrets
