// SPDX-License-Identifier: GPL-3.0-or-later
// The questions and errands of the window: each goes to the thread that knows, and its answer comes back
// here.
#include <utility>

#include "core/engine/local_engine.h"
#include "core/engine/setup_builder.h"

namespace signalbox::engine {

using base::ErrorCode;

template<typename T>
void LocalEngine::answer(Reply<T> reply, base::Result<T> result)
{
    QMetaObject::invokeMethod(
        this, [reply = std::move(reply), result = std::move(result)] { reply(result); },
        Qt::QueuedConnection);
}

template void LocalEngine::answer<void>(Reply<void>, base::Result<void>);
template void LocalEngine::answer<ModelListView>(Reply<ModelListView>, base::Result<ModelListView>);

/// A callback for another thread that answers in this one.
template<typename T>
auto LocalEngine::onMain(Reply<T> reply)
{
    return [this, reply = std::move(reply)](base::Result<T> result) { answer<T>(reply, std::move(result)); };
}

std::vector<PresetView> LocalEngine::presets() const
{
    std::vector<PresetView> views;
    for (const provider::Preset &preset : m_presets.all()) {
        views.push_back({.id = preset.id,
                         .name = preset.name,
                         .baseUrl = preset.baseUrl,
                         .needsKey = preset.keyNeed == provider::KeyNeed::Required,
                         .local = preset.local,
                         .baseUrlRequired = preset.baseUrlRequired,
                         .keyPrefixes = preset.keyPrefixes,
                         .models = preset.models});
    }
    return views;
}

void LocalEngine::storeProviderKey(std::string providerId, base::SecretString key, bool sessionOnly,
                                   Reply<config::KeySource> reply)
{
    const std::string name = "provider/" + providerId;
    m_deps.keys.store(
        name, std::move(key), sessionOnly,
        [this, providerId, name, reply = std::move(reply)](base::Result<config::KeySource> source) {
            if (source) {
                m_engine->post([providerId, name](EngineCore &core) { core.keyChanged(providerId, name); });
            }
            answer(reply, std::move(source));
        });
}

void LocalEngine::removeKey(config::KeySource source, Reply<void> reply)
{
    m_deps.keys.remove(source, onMain<void>(std::move(reply)));
}

void LocalEngine::keychainState(Reply<KeychainView> reply)
{
    m_deps.keys.keychainState([this, reply = std::move(reply)](KeychainView view) {
        answer<KeychainView>(reply, std::move(view));
    });
}

void LocalEngine::createClientToken(std::string clientId, Reply<config::KeySource> reply)
{
    const std::string name = "client/" + clientId;
    const base::SecretString token = KeyRing::freshToken();
    m_deps.keys.store(name, token, false,
                      [this, name, token, reply = std::move(reply)](base::Result<config::KeySource> source) {
                          if (source) {
                              answer<config::KeySource>(reply, std::move(source));
                          } else { // no keychain: the tool can be used until Signalbox ends
                              m_deps.keys.store(name, token, true, onMain<config::KeySource>(reply));
                          }
                      });
}

void LocalEngine::revealClientToken(std::string clientId, Reply<std::string> reply)
{
    const config::ClientConfig *const client = config()->client(clientId);
    if (!client) {
        answer<std::string>(std::move(reply),
                            base::fail(ErrorCode::NotFound, "there is no client '" + clientId + "'"));
        return;
    }
    const auto *const secret = m_deps.keys.find(client->token);
    if (!secret) {
        answer<std::string>(std::move(reply),
                            base::fail(ErrorCode::Unavailable, "the token is still being fetched"));
    } else if (!*secret) {
        answer<std::string>(std::move(reply), std::unexpected(secret->error()));
    } else {
        answer<std::string>(std::move(reply), std::string((*secret)->reveal()));
    }
}

void LocalEngine::testProvider(config::ProviderConfig provider, std::function<void(TestStep)> onStep,
                               Reply<TestReport> reply)
{
    const auto tell = [this, onStep = std::move(onStep)](TestStep step) {
        QMetaObject::invokeMethod(
            this, [onStep, step = std::move(step)] { onStep(step); }, Qt::QueuedConnection);
    };
    m_deps.keys.fetch(provider.key, [this, provider = std::move(provider), tell, reply = std::move(reply)] {
        const auto kept = std::make_shared<const config::ProviderConfig>(provider);
        auto setup = buildProvider(
            *kept, m_presets, [this](const config::KeySource &source) { return m_deps.keys.find(source); });
        if (setup.target && setup.target->needsKey && !setup.anyKey().secret) {
            const std::string &problem = setup.anyKey().problem;
            const std::string why = problem.empty() ? "it has no key yet" : problem;
            answer<TestReport>(reply, base::fail(ErrorCode::Unavailable, why));
            return;
        }
        m_engine->post([this, kept, setup = std::move(setup), tell, reply](EngineCore &core) {
            core.testProvider(setup, tell, onMain<TestReport>(reply));
        });
    });
}

void LocalEngine::sendTestRequest(std::string chain, Reply<TestAnswer> reply)
{
    m_engine->post([this, chain = std::move(chain), reply = std::move(reply)](EngineCore &core) {
        core.sendTestRequest(chain, m_ownToken, onMain<TestAnswer>(reply));
    });
}

void LocalEngine::cancelRequest(base::RequestId id)
{
    m_engine->post([id = std::move(id)](EngineCore &core) { core.cancel(id); });
}

void LocalEngine::pauseTarget(std::string provider, std::string model, bool paused, Reply<void> reply)
{
    m_engine->post([=, reply = onMain<void>(std::move(reply))](EngineCore &core) {
        reply(core.pause(provider, model, paused));
    });
}

void LocalEngine::holdOpen(std::string provider, std::string model, std::optional<base::Duration> time,
                           Reply<void> reply)
{
    m_engine->post([=, reply = onMain<void>(std::move(reply))](EngineCore &core) {
        reply(core.holdOpen(provider, model, time));
    });
}

void LocalEngine::resetBreakers(std::string provider, std::string model, Reply<void> reply)
{
    m_engine->post([=, reply = onMain<void>(std::move(reply))](EngineCore &core) {
        reply(core.resetBreakers(provider, model));
    });
}

void LocalEngine::startDrill(DrillOrder order, Reply<int> reply)
{
    m_engine->post([order = std::move(order), reply = onMain<int>(std::move(reply))](EngineCore &core) {
        reply(core.startDrill(order));
    });
}

void LocalEngine::stopDrill(int id, Reply<void> reply)
{
    m_engine->post(
        [id, reply = onMain<void>(std::move(reply))](EngineCore &core) { reply(core.stopDrill(id)); });
}

void LocalEngine::look(Reply<std::shared_ptr<const Snapshot>> reply)
{
    m_engine->post([reply = onMain<std::shared_ptr<const Snapshot>>(std::move(reply))](EngineCore &core) {
        reply(core.snapshot());
    });
}

void LocalEngine::requests(ledger::RequestQuery query, Reply<std::vector<ledger::RequestRow>> reply)
{
    m_ledger->requests(std::move(query), onMain<std::vector<ledger::RequestRow>>(std::move(reply)));
}

void LocalEngine::request(base::RequestId id, Reply<ledger::RequestDetail> reply)
{
    m_ledger->request(std::move(id), onMain<ledger::RequestDetail>(std::move(reply)));
}

void LocalEngine::spend(std::string firstDay, std::string lastDay, Reply<std::vector<ledger::SpendRow>> reply)
{
    m_ledger->spend(std::move(firstDay), std::move(lastDay),
                    onMain<std::vector<ledger::SpendRow>>(std::move(reply)));
}

} // namespace signalbox::engine
