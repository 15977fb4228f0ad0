// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/engine/errand/fetch.h"
#include "core/engine/errand/google_token.h"
#include "core/request/chain/setup.h"

namespace signalbox::errand {

/// Keeps an access token at hand for every key that is a service account, so that no request waits for one:
/// fetched when the configuration names it, again before it runs out, one fetch at a time for each. Where
/// none is to be had the key is missing, with the reason, and other keys and steps go on. Engine thread;
/// owned by the core.
class TokenSource
{
public:
    static constexpr base::Duration kAhead = std::chrono::minutes(5); ///< before a token runs out
    static constexpr base::Duration kLimit = std::chrono::seconds(20);
    static constexpr base::Duration kFirstRetry = std::chrono::seconds(15);
    static constexpr base::Duration kLastRetry = std::chrono::minutes(5);

    struct Deps {
        base::Clock &clock;
        upstream::Transport &transport;
        /// A key has a token, or none any more: applied() says something else. `fresh`: there is a new one.
        std::function<void(const std::string &provider, const std::string &key, bool fresh)> onChange;
        bool allowLoopback = false; ///< for tests
    };
    explicit TokenSource(Deps deps) : m_deps(std::move(deps)) {}

    /// From now on these are the accounts.
    void want(const chain::Setup &setup);
    /// The setup as requests may have it: tokens in the place of accounts.
    std::shared_ptr<const chain::Setup> applied(std::shared_ptr<const chain::Setup> setup) const;
    /// After a sleep or a change of network: tokens may have run out unseen, and what failed may do now.
    void check();

private:
    struct Entry {
        base::SecretString account;
        std::string problem = "its token is still being fetched";
        std::optional<AccessToken> token;
        base::WallTime until; ///< the token is good
        base::Duration retry = kFirstRetry;
        bool hopeless = false; ///< until the key is another
        std::unique_ptr<base::Timer> timer;
        std::unique_ptr<Fetch> fetch;
    };
    using Key = std::pair<std::string, std::string>; ///< provider, key
    void fetch(const Key &key, Entry &entry);
    void came(const Key &key, const Fetched &fetched);
    void failed(const Key &key, Entry &entry, std::string why);
    bool isGood(const Entry &entry) const { return entry.token && m_deps.clock.wallNow() < entry.until; }

    Deps m_deps;
    std::map<Key, Entry> m_entries;
};

} // namespace signalbox::errand
