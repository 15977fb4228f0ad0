// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine.h"

#include <QMetaObject>

#include "tests/support/fake_engine_data.h"

namespace signalbox::test {

using base::Result;

FakeEngine::FakeEngine(State state)
{
    keychain = {engine::KeychainState::Available, "Secret Service", {}};
    testReport = {{{"Name found", true, std::chrono::milliseconds(12), "api.example.com"},
                   {"Connected", true, std::chrono::milliseconds(21), {}},
                   {"TLS", true, std::chrono::milliseconds(31), "TLS 1.3"},
                   {"Key accepted", true, std::chrono::milliseconds(120), {}},
                   {"Models listed", true, std::chrono::milliseconds(4), "3 models"}},
                  {"gpt-5.6", "gpt-5.6-mini", "text-embedding-4"},
                  true};
    testAnswer = {base::RequestId::fromText("01KAFAKE0000000000000TEST1"), 200, "steady/steady-1", 2,
                  "Hello from the backup: the first provider said 429, so this one answered."};
    play(state);
}

void FakeEngine::play(State state)
{
    fake::Script script = fake::script(state);
    m_config = std::make_shared<const config::Config>(std::move(script.config));
    m_snapshot = std::make_shared<const engine::Snapshot>(std::move(script.snapshot));
    m_server = std::move(script.server);
    ledgerRows = std::move(script.rows);
    spendRows = std::move(script.spend);
    Q_EMIT configChanged();
    Q_EMIT serverChanged();
    Q_EMIT snapshotChanged();
}

void FakeEngine::deliver()
{
    while (!m_held.empty()) {
        const auto call = std::move(m_held.front());
        m_held.pop_front();
        call();
    }
}

void FakeEngine::setServer(engine::ServerState server)
{
    m_server = std::move(server);
    Q_EMIT serverChanged();
}

void FakeEngine::publish(engine::Snapshot snapshot)
{
    m_snapshot = std::make_shared<const engine::Snapshot>(std::move(snapshot));
    Q_EMIT snapshotChanged();
}

void FakeEngine::replaceConfig(config::Config config)
{
    m_config = std::make_shared<const config::Config>(std::move(config));
    Q_EMIT configChanged();
}

void FakeEngine::addRequest(ledger::RequestDetail detail)
{
    ledgerRows.insert(ledgerRows.begin(), std::move(detail));
}

void FakeEngine::later(std::function<void()> call)
{
    if (holdReplies) {
        m_held.push_back(std::move(call));
    } else {
        QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
    }
}

template<typename T>
void FakeEngine::answer(const char *function, engine::Reply<T> reply, Result<T> result)
{
    if (const auto failure = failures.find(function); failure != failures.end()) {
        result = std::unexpected(failure->second);
    }
    later([reply = std::move(reply), result = std::move(result)] { reply(result); });
}

std::vector<engine::PresetView> FakeEngine::presets() const
{
    return fake::presets();
}

void FakeEngine::applyConfig(config::Config next, engine::Reply<void> reply)
{
    applied.push_back(next);
    if (!failures.contains("applyConfig")) {
        later([this, next = std::move(next)] { replaceConfig(next); });
    }
    answer<void>("applyConfig", std::move(reply), {});
}

void FakeEngine::storeProviderKey(std::string providerId, base::SecretString key, bool sessionOnly,
                                  engine::Reply<config::KeySource> reply)
{
    using Kind = config::KeySource::Kind;
    storedKeys.push_back(providerId);
    answer<config::KeySource>("storeProviderKey", std::move(reply),
                              config::KeySource{sessionOnly ? Kind::Memory : Kind::Keychain,
                                                "provider/" + providerId, key.last4()});
}

void FakeEngine::removeKey(config::KeySource source, engine::Reply<void> reply)
{
    removedKeys.push_back(std::move(source));
    answer<void>("removeKey", std::move(reply), {});
}

void FakeEngine::keychainState(engine::Reply<engine::KeychainView> reply)
{
    answer<engine::KeychainView>("keychainState", std::move(reply), keychain);
}

void FakeEngine::createClientToken(std::string clientId, engine::Reply<config::KeySource> reply)
{
    answer<config::KeySource>(
        "createClientToken", std::move(reply),
        config::KeySource{config::KeySource::Kind::Keychain, "client/" + clientId, "wxyz"});
}

void FakeEngine::revealClientToken(std::string clientId, engine::Reply<std::string> reply)
{
    answer<std::string>("revealClientToken", std::move(reply), "sb-" + clientId + "-not-a-real-token-wxyz");
}

void FakeEngine::testProvider(config::ProviderConfig, std::function<void(engine::TestStep)> onStep,
                              engine::Reply<engine::TestReport> reply)
{
    for (const engine::TestStep &step : testReport.steps) {
        later([onStep, step] { onStep(step); });
    }
    answer<engine::TestReport>("testProvider", std::move(reply), testReport);
}

void FakeEngine::models(std::string, bool, engine::Reply<engine::ModelListView> reply)
{
    answer<engine::ModelListView>("models", std::move(reply), modelList);
}

void FakeEngine::findLocalServers(engine::Reply<std::vector<engine::LocalServerView>> reply)
{
    answer<std::vector<engine::LocalServerView>>("findLocalServers", std::move(reply), localServers);
}

void FakeEngine::sendTestRequest(std::string chain, engine::Reply<engine::TestAnswer> reply)
{
    testRequests.push_back(std::move(chain));
    answer<engine::TestAnswer>("sendTestRequest", std::move(reply), testAnswer);
}

namespace {
std::string nameOf(const std::string &provider, const std::string &model)
{
    return model.empty() ? provider : provider + "/" + model;
}
} // namespace

void FakeEngine::pauseTarget(std::string provider, std::string model, bool paused, engine::Reply<void> reply)
{
    steered.push_back((paused ? "pause " : "resume ") + nameOf(provider, model));
    answer<void>("pauseTarget", std::move(reply), {});
}

void FakeEngine::holdOpen(std::string provider, std::string model, std::optional<base::Duration> time,
                          engine::Reply<void> reply)
{
    const auto seconds = [&] { return std::chrono::floor<std::chrono::seconds>(*time).count(); };
    steered.push_back("hold " + nameOf(provider, model)
                      + (time ? " " + std::to_string(seconds()) + "s" : ""));
    answer<void>("holdOpen", std::move(reply), {});
}

void FakeEngine::resetBreakers(std::string provider, std::string model, engine::Reply<void> reply)
{
    steered.push_back("reset " + nameOf(provider, model));
    answer<void>("resetBreakers", std::move(reply), {});
}

void FakeEngine::startDrill(engine::DrillOrder order, engine::Reply<int> reply)
{
    drills.push_back(std::move(order));
    answer<int>("startDrill", std::move(reply), static_cast<int>(drills.size()));
}

void FakeEngine::stopDrill(int id, engine::Reply<void> reply)
{
    stoppedDrills.push_back(id);
    answer<void>("stopDrill", std::move(reply), {});
}

void FakeEngine::look(engine::Reply<std::shared_ptr<const engine::Snapshot>> reply)
{
    answer<std::shared_ptr<const engine::Snapshot>>("look", std::move(reply), m_snapshot);
}

void FakeEngine::requests(ledger::RequestQuery query, engine::Reply<std::vector<ledger::RequestRow>> reply)
{
    std::vector<ledger::RequestRow> page;
    for (const ledger::RequestDetail &detail : ledgerRows) {
        const events::RequestStarted &started = detail.request.started;
        if (static_cast<int>(page.size()) == query.limit) {
            break;
        }
        if ((query.before.empty() || started.id < query.before)
            && (query.chain.empty() || started.chain == query.chain)
            && (query.client.empty() || started.client == query.client)) {
            page.push_back(detail.request);
        }
    }
    queries.push_back(std::move(query));
    answer<std::vector<ledger::RequestRow>>("requests", std::move(reply), std::move(page));
}

void FakeEngine::request(base::RequestId id, engine::Reply<ledger::RequestDetail> reply)
{
    Result<ledger::RequestDetail> found = base::fail(base::ErrorCode::NotFound, "There is no such request");
    for (const ledger::RequestDetail &detail : ledgerRows) {
        if (detail.request.started.id == id) {
            found = detail;
        }
    }
    answer<ledger::RequestDetail>("request", std::move(reply), std::move(found));
}

void FakeEngine::spend(std::string firstDay, std::string lastDay,
                       engine::Reply<std::vector<ledger::SpendRow>> reply)
{
    std::vector<ledger::SpendRow> rows;
    for (const ledger::SpendRow &row : spendRows) {
        if (row.day >= firstDay && row.day <= lastDay) {
            rows.push_back(row);
        }
    }
    answer<std::vector<ledger::SpendRow>>("spend", std::move(reply), std::move(rows));
}

} // namespace signalbox::test
