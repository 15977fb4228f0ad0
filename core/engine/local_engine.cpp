// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/local_engine.h"

#include <utility>

#include "core/engine/setup_builder.h"
#include "core/foundation/base/calendar/local_day.h"
#include "core/foundation/base/log.h"
#include "core/foundation/base/random.h"
#include "core/foundation/config/validate.h"
#include "core/record/spend/price_table.h"

namespace signalbox::engine {

using base::ErrorCode;
using events::Notice;
using namespace std::chrono_literals;

namespace {
constexpr base::Duration kSnapshotEvery = 250ms;
constexpr base::Duration kDrainLimit = 5s;
constexpr const char *kOwnClient = "signalbox";

std::vector<std::string> presetIds(const provider::PresetList &presets)
{
    std::vector<std::string> ids;
    for (const provider::Preset &preset : presets.all()) {
        ids.push_back(preset.id);
    }
    return ids;
}
} // namespace

LocalEngine::LocalEngine(Deps deps)
    : m_deps(std::move(deps)),
      m_presets(provider::PresetList::shipped()),
      m_prices(std::make_shared<const spend::PriceTable>(spend::PriceTable::shipped())),
      m_models(std::make_shared<const routing::ModelCatalogue>(routing::ModelCatalogue::shipped())),
      m_rules(std::make_shared<const provider::ParameterRules>(provider::ParameterRules::shipped())),
      m_lists(errand::loadModelLists(m_deps.modelsFile)),
      m_ownToken(KeyRing::freshToken()),
      m_snapshot(std::make_shared<const Snapshot>())
{
    m_snapshotTimer = m_deps.clock.makeTimer([this] { askForSnapshot(); });
    connect(&m_deps.keys, &KeyRing::changed, this, &LocalEngine::rebuild);
    connect(&m_deps.store, &config::ConfigStore::changed, this, [this] {
        notice(Notice::Kind::ConfigApplied, m_deps.store.path(),
               "the configuration was edited by hand and taken over");
        rebuild();
        listen();
        ensureFirstClient();
        Q_EMIT configChanged();
    });
    connect(&m_deps.store, &config::ConfigStore::rejected, this, &LocalEngine::tellOfMistakes);
}

LocalEngine::~LocalEngine()
{
    m_network.reset();
    m_engine.reset(); // requests end while the ledger still takes their rows
    m_ledger.reset();
}

void LocalEngine::start()
{
    const auto toMain = [this](Notice told) {
        QMetaObject::invokeMethod(
            this, [this, told = std::move(told)] { Q_EMIT noticeRaised(told); }, Qt::QueuedConnection);
    };
    const auto fromLedger = [this](Notice told) {
        QMetaObject::invokeMethod(
            this, [this, told = std::move(told)] { notice(told.kind, told.subject, told.text); },
            Qt::QueuedConnection);
    };
    const base::Clock &clock = m_deps.clock;
    m_ledger = std::make_unique<ledger::Ledger>(
        ledger::Ledger::Deps{m_deps.files.ledger, [&clock] { return clock.wallNow(); }, fromLedger});
    m_engine = std::make_unique<EngineThread>(
        EngineCore::Deps{*m_ledger, toMain, m_deps.healthFile,
                         [this](std::uint64_t question, base::WallTime from, base::WallTime fineFrom) {
                             askCosts(question, from, fineFrom);
                         }});
    const config::Mistakes mistakes = m_deps.store.load();
    rebuild();
    listen();
    seedSpend();
    tellOfMistakes(mistakes);
    if (!config::hasErrors(mistakes)) { // what the user wrote is not to be written over
        ensureFirstClient();
    }
    // The system's own service may be slow to answer: serving does not wait for it.
    QMetaObject::invokeMethod(this, [this] { watchNetwork(); }, Qt::QueuedConnection);
}

void LocalEngine::watchNetwork()
{
    if (!m_deps.network) {
        return;
    }
    m_network = m_deps.network();
    const auto tell = [this] {
        m_engine->post([reading = m_network->read()](EngineCore &core) { core.networkIs(reading); });
    };
    m_network->onChange(tell);
    tell();
}

void LocalEngine::shutDown(std::function<void()> done)
{
    m_engine->post([this, done = std::move(done)](EngineCore &core) {
        core.drain(kDrainLimit,
                   [this, done] { QMetaObject::invokeMethod(this, done, Qt::QueuedConnection); });
    });
}

void LocalEngine::listen()
{
    const std::uint16_t wanted = m_deps.port.value_or(config()->server.port);
    if (m_listenAsked == wanted || (m_server.listening && (m_server.port == wanted || wanted == 0))) {
        return;
    }
    m_listenAsked = wanted;
    m_engine->post([this, wanted](EngineCore &core) {
        auto port = core.listen(wanted);
        QMetaObject::invokeMethod(
            this, [this, wanted, port = std::move(port)] { listened(port, wanted); }, Qt::QueuedConnection);
    });
}

void LocalEngine::listened(base::Result<std::uint16_t> port, std::uint16_t wanted)
{
    if (m_listenAsked == wanted) {
        m_listenAsked.reset();
    }
    if (port) {
        m_server = {true, *port, "http://127.0.0.1:" + std::to_string(*port) + "/v1", {}};
    } else {
        m_server.problem = port.error().message;
        notice(Notice::Kind::ServerProblem, std::to_string(wanted), port.error().message);
    }
    Q_EMIT serverChanged();
}

void LocalEngine::retryListening()
{
    m_server.listening = false;
    listen();
}

std::shared_ptr<const chain::ListedModels> LocalEngine::listed() const
{
    auto all = std::make_shared<chain::ListedModels>();
    for (const auto &[provider, list] : m_lists) {
        for (const provider::ListedModel &one : list.models) {
            if (one.contextTokens > 0 || one.maxOutput > 0) {
                (*all)[provider].emplace(one.id, one);
            }
        }
    }
    return all;
}

void LocalEngine::rebuild()
{
    const auto config = m_deps.store.current();
    m_deps.keys.want(*config);
    const FindSecret find = [this](const config::KeySource &source) { return m_deps.keys.find(source); };
    auto setup = buildSetup(config, m_presets, m_prices, m_models, find, {m_rules, listed()});
    auto rules = std::make_shared<server::AccessRules>(*buildRules(*config, find));
    rules->tokens.emplace_back(kOwnClient, m_ownToken);
    tellOfKeyProblems();
    m_engine->post(
        [setup = std::move(setup), rules = std::move(rules)](EngineCore &core) { core.use(setup, rules); });
}

void LocalEngine::tellOfKeyProblems()
{
    for (const config::ProviderConfig &provider : config()->providers) {
        for (const config::WeightedKey &key : provider.allKeys()) {
            const auto *const secret = m_deps.keys.find(key.source);
            const std::string which = provider.id + " " + key.source.name;
            if (!secret || *secret) {
                m_toldKeyProblems.erase(which);
            } else if (provider.enabled && m_toldKeyProblems.insert(which).second) {
                notice(Notice::Kind::KeyProblem, provider.id,
                       "no key for " + provider.id + ": " + secret->error().message);
            }
        }
    }
}

void LocalEngine::tellOfMistakes(const config::Mistakes &mistakes)
{
    for (const config::Mistake &mistake : mistakes) {
        const std::string at =
            mistake.line > 0 ? "line " + std::to_string(mistake.line) + ", " : std::string();
        const std::string text = at + (mistake.path.empty() ? "" : mistake.path + ": ") + mistake.message;
        base::logWarning("config", text);
        if (!mistake.warning) {
            notice(Notice::Kind::ConfigRejected, m_deps.store.path(), text);
            return; // one bar is enough; `signalbox check` lists them all
        }
    }
}

void LocalEngine::notice(Notice::Kind kind, std::string subject, std::string text)
{
    Notice told{m_deps.clock.wallNow(), kind, std::move(subject), base::redacted(text)};
    m_engine->post([told = std::move(told)](EngineCore &core) { core.notice(told); });
}

/// A tool needs a token before the first request: a fresh profile gets one.
void LocalEngine::ensureFirstClient()
{
    const auto config = m_deps.store.current();
    if (config->server.requireToken && config->clients.empty()) {
        createClientToken("default", [this](base::Result<config::KeySource> source) {
            if (!source || !m_deps.store.current()->clients.empty()) {
                return;
            }
            config::Config next = *m_deps.store.current();
            next.clients.push_back({.id = "default", .token = *source, .chain = {}});
            applyConfig(std::move(next), [](base::Result<void>) {});
        });
        return;
    }
    // A token that was kept in memory only has gone with the last run.
    for (const config::ClientConfig &client : config->clients) {
        const auto *const known = m_deps.keys.find(client.token);
        if (client.token.kind == config::KeySource::Kind::Memory && (!known || !*known)) {
            m_deps.keys.putInMemory(client.token.name, KeyRing::freshToken());
        }
    }
}

void LocalEngine::setWatched(bool watched)
{
    m_watched = watched;
    if (watched) {
        askForSnapshot();
    } else {
        m_snapshotTimer->stop();
    }
}

void LocalEngine::askForSnapshot()
{
    if (m_snapshotAsked || !m_watched) {
        return;
    }
    m_snapshotAsked = true;
    m_engine->post([this](EngineCore &core) {
        QMetaObject::invokeMethod(
            this,
            [this, snapshot = core.snapshot()] {
                m_snapshotAsked = false;
                auto complete = std::make_shared<Snapshot>(*snapshot);
                complete->totals.ledgerLost = m_ledger->lost();
                m_snapshot = std::move(complete);
                if (m_watched) {
                    m_snapshotTimer->start(kSnapshotEvery);
                }
                Q_EMIT snapshotChanged();
            },
            Qt::QueuedConnection);
    });
}

void LocalEngine::applyConfig(config::Config next, Reply<void> reply)
{
    const config::Config before = *m_deps.store.current();
    auto saved = m_deps.store.save(next);
    if (saved) {
        adopt(before);
    }
    answer(std::move(reply), std::move(saved));
}

void LocalEngine::adopt(const config::Config &before)
{
    const auto now = m_deps.store.current();
    rebuild();
    listen();
    for (const config::ChainConfig &chain : now->chains) {
        const config::ChainConfig *const old = before.chain(chain.id);
        if (!old || !(*old == chain)) {
            notice(Notice::Kind::ConfigApplied, chain.id,
                   "chain " + chain.id + ": version " + std::to_string(chain.version) + " applied");
        }
    }
    Q_EMIT configChanged();
}

std::vector<ConfigMistake> LocalEngine::check(const config::Config &candidate) const
{
    std::vector<ConfigMistake> out;
    for (const config::Mistake &mistake : config::validate(candidate, presetIds(m_presets))) {
        out.push_back({mistake.line, mistake.path, mistake.message, mistake.warning});
    }
    return out;
}

void LocalEngine::seedSpend()
{
    const base::WallTime midnight = calendar::localDayOf(m_deps.clock.wallNow()).begin;
    m_ledger->spendSince(midnight, [this](base::Result<std::vector<ledger::SpendRow>> rows) {
        QMetaObject::invokeMethod(
            this,
            [this, rows = std::move(rows)] {
                if (rows) {
                    m_engine->post([rows = *rows](EngineCore &core) { core.seedSpend(rows); });
                }
            },
            Qt::QueuedConnection);
    });
}

/// Called on the engine thread; the answer goes back there.
void LocalEngine::askCosts(std::uint64_t question, base::WallTime from, base::WallTime fineFrom)
{
    m_ledger->costsSince(from, fineFrom, [this, question](base::Result<ledger::CostsAnswer> answer) {
        QMetaObject::invokeMethod(
            this,
            [this, question, answer = std::move(answer)] {
                m_engine->post([question, answer](EngineCore &core) { core.costs(question, answer); });
            },
            Qt::QueuedConnection);
    });
}

} // namespace signalbox::engine
