// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of models, and servers on this machine: fetched only when somebody asks.
#include <algorithm>
#include <memory>
#include <utility>

#include "core/engine/local_engine.h"
#include "core/engine/setup_builder.h"
#include "core/foundation/base/log.h"
#include "core/request/provider/outgoing_request.h"

namespace signalbox::engine {

using base::ErrorCode;
using namespace std::chrono_literals;

namespace {
constexpr base::Duration kListLimit = 15s;
constexpr base::Duration kProbeLimit = 2s;

ModelListView viewOf(const errand::ModelList &list)
{
    ModelListView view{.fetchedAt = list.at, .models = {}};
    for (const provider::ListedModel &one : list.models) {
        view.models.push_back({one.id, one.contextTokens, one.maxOutput});
    }
    return view;
}

base::Result<errand::ModelList> listFrom(const errand::Fetched &fetched, std::string origin,
                                         base::WallTime now)
{
    const int status = fetched.head.status;
    if (status == 0) {
        return base::fail(ErrorCode::Unavailable,
                          fetched.timedOut ? "no answer in time" : fetched.wire.detail);
    }
    if (status == 401 || status == 403) {
        return base::fail(ErrorCode::Denied, "the key was refused, status " + std::to_string(status));
    }
    errand::ModelList list{std::move(origin), now, provider::readModelList(fetched.body)};
    if (status != 200 || list.models.empty()) {
        return base::fail(ErrorCode::Unavailable, "no list of models came, status " + std::to_string(status));
    }
    return list;
}
} // namespace

void LocalEngine::models(std::string providerId, bool refresh, Reply<ModelListView> reply)
{
    const auto config = m_deps.store.current();
    const config::ProviderConfig *const provider = config->provider(providerId);
    if (!provider) {
        answer<ModelListView>(std::move(reply),
                              base::fail(ErrorCode::NotFound, "no provider is named '" + providerId + "'"));
        return;
    }
    const FindSecret find = [this](const config::KeySource &source) { return m_deps.keys.find(source); };
    const chain::ProviderSetup setup = buildProvider(*provider, m_presets, find);
    const auto known = m_lists.find(providerId);
    const bool ours = known != m_lists.end() && known->second.origin == setup.originText;
    if (ours && !refresh && errand::isFresh(known->second, setup.originText, m_deps.clock.wallNow())) {
        answer<ModelListView>(std::move(reply), viewOf(known->second));
        return;
    }
    auto request =
        setup.target
            ? provider::modelsRequest(*setup.target, setup.anyKey().secret.value_or(base::SecretString()))
            : base::Result<upstream::WireRequest>(std::unexpected(setup.target.error()));
    if (!request) {
        answer<ModelListView>(std::move(reply), std::unexpected(request.error()));
        return;
    }
    const auto came = [this, providerId, origin = setup.originText, refresh,
                       reply = std::move(reply)](const errand::Fetched &fetched) {
        listCame(providerId, listFrom(fetched, origin, m_deps.clock.wallNow()), refresh, reply);
    };
    ask(*std::move(request), kListLimit, came);
}

void LocalEngine::listCame(const std::string &provider, base::Result<errand::ModelList> list, bool refresh,
                           const Reply<ModelListView> &reply)
{
    const auto known = m_lists.find(provider);
    if (!list && !refresh && known != m_lists.end()) {
        reply(viewOf(known->second)); // an old one is better than none; it says from when it is
        return;
    }
    if (!list) {
        reply(std::unexpected(list.error()));
        return;
    }
    m_lists[provider] = *list;
    std::erase_if(m_lists, [this](const auto &one) { return !config()->provider(one.first); });
    if (const auto saved = errand::saveModelLists(m_deps.modelsFile, m_lists); !saved) {
        base::logWarning("models", saved.error().message);
    }
    rebuild(); // what it says of contexts counts from now on
    reply(viewOf(*list));
}

/// `done` is called on the main thread.
void LocalEngine::ask(upstream::WireRequest request, base::Duration limit, errand::Fetch::Done done)
{
    m_engine->post([this, request = std::move(request), limit, done = std::move(done)](EngineCore &core) {
        core.fetch(request, limit, [this, done](errand::Fetched fetched) {
            QMetaObject::invokeMethod(
                this, [done, fetched = std::move(fetched)] { done(fetched); }, Qt::QueuedConnection);
        });
    });
}

void LocalEngine::findLocalServers(Reply<std::vector<LocalServerView>> reply)
{
    struct Search {
        std::size_t left = 0;
        std::vector<LocalServerView> found;
    };
    const std::vector<errand::LocalPlace> places = errand::localPlaces(m_presets);
    const auto search = std::make_shared<Search>(Search{places.size(), {}});
    for (const errand::LocalPlace &place : places) {
        upstream::WireRequest request;
        request.method = "GET";
        request.origin = place.origin;
        request.target = place.modelsPath;
        request.headers.add("Accept", "application/json");
        const auto came = [search, place, reply](const errand::Fetched &fetched) {
            const std::string preset = errand::localServerAt(place, fetched.head.status, fetched.body);
            if (!preset.empty()) {
                LocalServerView view{preset, place.origin.text() + place.candidates.front()->basePath, {}};
                for (const provider::ListedModel &one : provider::readModelList(fetched.body)) {
                    view.models.push_back(one.id);
                }
                search->found.push_back(std::move(view));
            }
            if (--search->left == 0) {
                std::ranges::sort(search->found, {}, &LocalServerView::baseUrl);
                reply(std::move(search->found));
            }
        };
        ask(std::move(request), kProbeLimit, came);
    }
}

} // namespace signalbox::engine
