// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/errand/token_source.h"

#include <algorithm>

#include "core/foundation/base/log.h"

namespace signalbox::errand {

namespace {
/// What is no JSON is sent as it is: a token that somebody else keeps fresh.
bool isAccount(const chain::ProviderSetup &provider, const chain::KeySetup &key)
{
    return provider.target && provider.target->keyKind == provider::KeyKind::ServiceAccount && key.secret
           && key.secret->reveal().find('{') != std::string_view::npos;
}
} // namespace

void TokenSource::want(const chain::Setup &setup)
{
    std::map<Key, Entry> kept;
    for (const auto &[id, provider] : setup.providers) {
        for (const chain::KeySetup &key : provider.keys) {
            if (!isAccount(provider, key) || !provider.config->enabled) {
                continue;
            }
            const Key name{id, key.name};
            auto known = m_entries.extract(name);
            const bool same = known && known.mapped().account.reveal() == key.secret->reveal();
            if (same) {
                kept.insert(std::move(known));
            } else {
                kept[name].account = *key.secret;
            }
        }
    }
    m_entries = std::move(kept);
    for (auto &[key, entry] : m_entries) {
        if (!entry.fetch && !entry.timer && !entry.hopeless) { // new
            fetch(key, entry);
        }
    }
}

std::shared_ptr<const chain::Setup> TokenSource::applied(std::shared_ptr<const chain::Setup> setup) const
{
    std::shared_ptr<chain::Setup> changed;
    for (const auto &[id, provider] : setup->providers) {
        for (std::size_t i = 0; i < provider.keys.size(); ++i) {
            if (!isAccount(provider, provider.keys[i])) {
                continue;
            }
            changed = changed ? changed : std::make_shared<chain::Setup>(*setup);
            chain::KeySetup &key = changed->providers.find(id)->second.keys[i];
            key.secret.reset();
            const auto it = m_entries.find({id, key.name});
            if (it != m_entries.end() && isGood(it->second)) {
                key.secret = it->second.token->token;
            } else if (it != m_entries.end()) {
                key.problem = it->second.problem;
            }
        }
    }
    return changed ? changed : setup;
}

void TokenSource::check()
{
    for (auto &[key, entry] : m_entries) {
        if (entry.token && !isGood(entry)) {
            entry.token.reset();
            entry.problem = "its token has run out, and a new one is being fetched";
            fetch(key, entry);
            m_deps.onChange(key.first, key.second, false);
        }
    }
}

void TokenSource::fetch(const Key &key, Entry &entry)
{
    if (entry.fetch) {
        return;
    }
    entry.timer.reset();
    const auto account = readGoogleAccount(entry.account.reveal(), m_deps.allowLoopback);
    if (!account) { // no use in asking again: the key has to be changed
        entry.problem = account.error().message;
        entry.hopeless = true;
        return;
    }
    auto form = tokenForm(*account, m_deps.clock.wallNow());
    if (!form) {
        entry.problem = form.error().message;
        entry.hopeless = true;
        return;
    }
    upstream::WireRequest request;
    request.method = "POST";
    request.origin = account->origin;
    request.target = account->path;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.headers.add("Accept", "application/json");
    request.body = *std::move(form);
    entry.fetch = std::make_unique<Fetch>(m_deps.transport, m_deps.clock, std::move(request), kLimit,
                                          [this, key](const Fetched &fetched) { came(key, fetched); });
}

void TokenSource::came(const Key &key, const Fetched &fetched)
{
    Entry &entry = m_entries.at(key);
    const auto done = std::move(entry.fetch); // it is still calling
    if (fetched.head.status == 0) {
        failed(key, entry, fetched.timedOut ? "no answer in time" : fetched.wire.detail);
        return;
    }
    auto token = readTokenAnswer(fetched.head.status, fetched.body);
    if (!token) {
        failed(key, entry, token.error().message);
        return;
    }
    base::redactFromLogs(token->token);
    const base::Duration lifetime = token->lifetime;
    entry.until = m_deps.clock.wallNow() + std::chrono::duration_cast<base::WallTime::duration>(lifetime);
    entry.token = *std::move(token);
    entry.problem.clear();
    entry.retry = kFirstRetry;
    entry.timer = m_deps.clock.makeTimer([this, key] { fetch(key, m_entries.at(key)); });
    entry.timer->start(std::max<base::Duration>(lifetime - kAhead, lifetime / 2));
    m_deps.onChange(key.first, key.second, true);
}

void TokenSource::failed(const Key &key, Entry &entry, std::string why)
{
    entry.problem = "no access token: " + base::redacted(why);
    base::logWarning("token", key.first + ": " + entry.problem);
    entry.timer = m_deps.clock.makeTimer([this, key] {
        check();
        fetch(key, m_entries.at(key));
    });
    entry.timer->start(entry.retry);
    entry.retry = std::min<base::Duration>(entry.retry * 2, kLastRetry);
    if (!isGood(entry)) {
        entry.token.reset();
        m_deps.onChange(key.first, key.second, false);
    }
}

} // namespace signalbox::errand
