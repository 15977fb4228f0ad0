// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/clients/connect_tool.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include <QEventLoop>

#include "core/engine/key_ring.h"
#include "core/request/routing/model_catalogue.h"

namespace signalbox::app {

using Kind = config::KeySource::Kind;

namespace {
/// Starts something that answers later, and waits for it. The state is shared: an answer may come after an
/// event loop that ended early.
template<typename T>
base::Result<T> await(const std::function<void(std::function<void(base::Result<T>)>)> &start)
{
    struct State {
        std::optional<base::Result<T>> result;
        QEventLoop loop;
    };
    const auto state = std::make_shared<State>();
    start([state](base::Result<T> result) {
        state->result = std::move(result);
        state->loop.quit();
    });
    if (!state->result) {
        state->loop.exec();
    }
    return state->result ? *state->result : base::fail(base::ErrorCode::Cancelled, "interrupted");
}

base::Result<base::SecretString> readSecret(secrets::SecretStore &store, const std::string &name)
{
    return await<base::SecretString>([&](auto done) { store.read(name, std::move(done)); });
}

/// What is done so far, taken back in reverse order unless it is kept.
class Steps
{
public:
    ~Steps()
    {
        for (auto one = m_back.rbegin(); one != m_back.rend(); ++one) {
            (*one)();
        }
    }
    Steps() = default;
    Steps(const Steps &) = delete;
    Steps &operator=(const Steps &) = delete;
    void done(std::function<void()> back) { m_back.push_back(std::move(back)); }
    void keep() { m_back.clear(); }

private:
    std::vector<std::function<void()>> m_back;
};

/// The client entry the tool has or is to have, with its token. Writes nothing.
base::Result<base::SecretString> prepareClient(const ConnectDeps &deps, const ConnectWish &wish,
                                               Connected &out)
{
    const std::shared_ptr<const config::Config> config = deps.store.current(); // it may be edited meanwhile
    const config::ClientConfig *const known = config->client(out.client.id);
    out.newClient = !known;
    if (known) {
        out.client = *known;
        auto token = clientToken(deps, *known);
        if (token) {
            return token;
        }
        const Kind kind = known->token.kind;
        const bool inKeychain = kind == Kind::Keychain && token.error().code != base::ErrorCode::NotFound;
        if (inKeychain && wish.dryRun) { // what would be written can be shown without it
            out.plan.notes.push_back("The token could not be looked at: " + token.error().message);
            return engine::KeyRing::freshToken();
        }
        // A keychain that is locked must not cost other programs the token they have.
        if (inKeychain || kind == Kind::Environment) {
            return token;
        }
    }
    base::SecretString fresh = engine::KeyRing::freshToken();
    out.client.token = {Kind::Keychain, "client/" + out.client.id, fresh.last4()};
    out.newToken = true;
    return fresh;
}

base::Result<void> keepToken(const ConnectDeps &deps, const Connected &made, const base::SecretString &token,
                             Steps &steps)
{
    const std::string &name = made.client.token.name;
    const auto kept = await<void>([&](auto done) { deps.keychain.write(name, token, std::move(done)); });
    if (!kept) {
        return base::fail(kept.error().code, "the token cannot be put into the keychain: "
                                                 + kept.error().message + "; nothing was changed");
    }
    steps.done(
        [&deps, name] { await<void>([&](auto done) { deps.keychain.remove(name, std::move(done)); }); });
    return {};
}

base::Result<void> keepClient(const ConnectDeps &deps, const config::ClientConfig &client, Steps &steps)
{
    const config::Config before = *deps.store.current();
    config::Config next = before;
    const auto at = std::find_if(next.clients.begin(), next.clients.end(),
                                 [&](const config::ClientConfig &one) { return one.id == client.id; });
    if (at == next.clients.end()) {
        next.clients.push_back(client);
    } else {
        *at = client;
    }
    if (next == before) {
        return {};
    }
    auto saved = deps.store.save(next);
    if (saved) {
        steps.done([&deps, before] { static_cast<void>(deps.store.save(before)); });
    }
    return saved;
}
} // namespace

clients::Endpoint endpointOf(const config::Config &config, std::uint16_t port, const std::string &chain)
{
    constexpr std::int64_t kMost = 10'000'000;
    clients::Endpoint out = clients::endpointOn(port);
    out.chain = chain;
    const routing::ModelCatalogue models = routing::ModelCatalogue::shipped();
    std::int64_t context = 0;
    std::int64_t output = 0;
    for (const config::ChainConfig &one : config.chains) {
        for (const config::StepConfig &step : one.steps) {
            const config::ProviderConfig *const provider = config.provider(step.provider);
            if (one.id == chain && step.enabled && provider) {
                const auto facts = models.factsFor(provider->preset, step.model, step.traits, false);
                context = std::max(context, facts.contextTokens);
                output = std::max(output, facts.maxOutput);
            }
        }
    }
    if (context > 0) {
        out.context = static_cast<int>(std::min(context, kMost));
        const std::int64_t most = out.context / 2; // something has to be left for the prompt
        out.output = static_cast<int>(std::min(output > 0 ? output : std::int64_t{out.output}, most));
    }
    return out;
}

base::Result<std::string> chainFor(const config::Config &config, const config::ClientConfig *client,
                                   const std::string &asked)
{
    std::string names;
    std::string first;
    for (const config::ChainConfig &chain : config.chains) {
        if (!chain.enabled) {
            continue;
        }
        if (chain.id == asked || (asked.empty() && client && chain.id == client->chain)) {
            return chain.id;
        }
        first = first.empty() ? chain.id : first;
        names += (names.empty() ? "" : ", ") + chain.id;
    }
    if (asked.empty() && !first.empty()) {
        return first;
    }
    return base::fail(base::ErrorCode::NotFound,
                      names.empty() ? "no chain is enabled: a tool needs one"
                                    : "no enabled chain is named '" + asked + "'; there is: " + names);
}

base::Result<base::SecretString> clientToken(const ConnectDeps &deps, const config::ClientConfig &client)
{
    switch (client.token.kind) {
    case Kind::Keychain:
        return readSecret(deps.keychain, client.token.name);
    case Kind::Environment:
        return readSecret(deps.environment, client.token.name);
    case Kind::Memory:
        return base::fail(base::ErrorCode::Unsupported,
                          "the token of '" + client.id + "' is known only to the Signalbox that runs");
    case Kind::None:
        break;
    }
    return base::fail(base::ErrorCode::NotFound, "client '" + client.id + "' has no token");
}

base::Result<base::SecretString> anyToken(const ConnectDeps &deps, const std::string &toolId)
{
    const std::shared_ptr<const config::Config> config = deps.store.current(); // it may be edited meanwhile
    std::vector<const config::ClientConfig *> order;
    if (const config::ClientConfig *const own = config->client(toolId)) {
        order.push_back(own);
    }
    for (const config::ClientConfig &client : config->clients) {
        if (client.id != toolId) {
            order.push_back(&client);
        }
    }
    base::Result<base::SecretString> out = base::fail(base::ErrorCode::NotFound, "no client has a token");
    for (const config::ClientConfig *const client : order) {
        auto token = clientToken(deps, *client);
        if (token) {
            return token;
        }
        out = std::unexpected(token.error());
    }
    return out;
}

base::Result<Connected> connectTool(const ConnectDeps &deps, const clients::Tool &tool,
                                    const ConnectWish &wish)
{
    const config::Config config = *deps.store.current();
    if (tool.refused) {
        return base::fail(base::ErrorCode::Unsupported, tool.name + " cannot use Signalbox: " + tool.why);
    }
    if (config.server.port == 0) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "the configuration gives Signalbox any free port (server.port 0), and a tool needs "
                          "one that stays");
    }
    if (const auto sound = clients::checkNoCircle(config, config.server.port); !sound) {
        return std::unexpected(sound.error());
    }
    auto chain = chainFor(config, config.client(tool.id), wish.chain);
    if (!chain) {
        return std::unexpected(chain.error());
    }
    Connected out;
    out.client.id = tool.id;
    const auto token = prepareClient(deps, wish, out);
    if (!token) {
        return std::unexpected(token.error());
    }
    out.client.chain = *chain;
    out.endpoint = endpointOf(config, config.server.port, *chain);
    out.endpoint.token = std::string(token->reveal());
    if (!tool.files.empty()) {
        auto plan = deps.connector.plan(tool, out.endpoint);
        if (!plan) {
            return std::unexpected(plan.error());
        }
        plan->notes.insert(plan->notes.begin(), out.plan.notes.begin(), out.plan.notes.end());
        out.plan = *std::move(plan);
    }
    if (wish.dryRun) {
        return out;
    }
    Steps steps;
    if (const auto kept = out.newToken ? keepToken(deps, out, *token, steps) : base::Result<void>(); !kept) {
        return std::unexpected(kept.error());
    }
    if (const auto kept = keepClient(deps, out.client, steps); !kept) {
        return std::unexpected(kept.error());
    }
    if (const auto applied = deps.connector.apply(tool, out.plan); !applied) {
        return std::unexpected(applied.error());
    }
    steps.keep();
    return out;
}

} // namespace signalbox::app
