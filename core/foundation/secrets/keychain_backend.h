// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/foundation/base/secret_string.h"

// What KeychainSecretStore needs of the operating system, so that tests can play one that hangs, lies or
// locks itself. Main thread; every answer comes later, never from inside the call, or never.
namespace signalbox::secrets {

enum class KeychainState : std::uint8_t {
    Available,
    Locked,
    Missing, ///< no session bus, no service, or no default keyring yet
    Refused,
};

struct KeychainStatus {
    KeychainState state = KeychainState::Available;
    bool answers = true; ///< there is a service: it may be asked, even while locked or without a keyring
    std::string backend; ///< "Secret Service", "KWallet"
    std::string advice;  ///< what is wrong and what the user can do; empty when available
};

/// Looks at the keychain without touching an entry.
class KeychainProbe
{
public:
    virtual ~KeychainProbe() = default;
    virtual void ask(std::function<void(KeychainStatus)> done) = 0;
    /// `changed` is called when the keychain was locked, unlocked, started or stopped.
    virtual void watch(std::function<void()> changed) = 0;
};

/// One entry, one operation. A job that was begun cannot be cancelled.
class KeychainJobs
{
public:
    struct Answer {
        enum class Kind : std::uint8_t { Ok, NotFound, Denied, Failed };
        Kind kind = Kind::Ok;
        std::string text; ///< of the service, when it failed
        base::SecretString secret;
    };
    using Done = std::function<void(Answer)>;

    virtual ~KeychainJobs() = default;
    virtual void read(const std::string &name, Done done) = 0;
    virtual void write(const std::string &name, const base::SecretString &secret, Done done) = 0;
    virtual void remove(const std::string &name, Done done) = 0;
};

} // namespace signalbox::secrets
