// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/service.h"

#include <charconv>
#include <vector>

#include "core/foundation/json/splice.h"

namespace signalbox::engine {

namespace {
constexpr std::string_view kHealth =
    R"({"name":"Signalbox","version":")" SIGNALBOX_VERSION R"(","status":"ok"})";

/// The names a client may ask for.
std::vector<std::string> modelIds(const config::Config &config)
{
    std::vector<std::string> ids;
    for (const config::ChainConfig &chain : config.chains) {
        if (!chain.enabled) {
            continue;
        }
        ids.push_back(chain.id);
        for (const std::string &alias : chain.aliases) {
            if (alias.find('*') == std::string::npos) {
                ids.push_back(alias);
            }
        }
    }
    return ids;
}

std::string modelJson(std::string_view id)
{
    return "{\"id\":" + json::quoted(id) + R"(,"object":"model","created":0,"owned_by":"signalbox"})";
}

std::optional<base::Duration> deadlineOf(const http::Headers &headers)
{
    const std::string_view text = headers.find("x-signalbox-deadline-ms").value_or("");
    std::int64_t ms = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), ms);
    const bool valid =
        problem == std::errc() && end == text.data() + text.size() && ms > 0 && ms <= 86'400'000;
    return valid ? std::optional<base::Duration>(std::chrono::milliseconds(ms)) : std::nullopt;
}
} // namespace

class Service::ExchangeHandler final : public server::Handler
{
public:
    ExchangeHandler(Service &service, chain::ExchangeInput input, chain::ReplySink &sink)
        : m_service(service), m_exchange(service.m_deps, std::move(input), sink)
    {
        m_service.m_running.emplace(m_exchange.id().text(), &m_exchange);
    }
    ~ExchangeHandler() override { m_service.m_running.erase(m_exchange.id().text()); }
    void start() { m_exchange.start(); }
    void onDrained() override { m_exchange.onDrained(); }

private:
    Service &m_service;
    chain::Exchange m_exchange;
};

std::string Service::newRequestId()
{
    return m_ids.next(m_deps.clock.wallNow(), m_deps.random).text();
}

http::Headers Service::jsonHeaders()
{
    http::Headers headers;
    headers.add("content-type", "application/json");
    headers.add("x-signalbox-request-id", newRequestId());
    return headers;
}

void Service::refuse(chain::ReplySink &sink, int status, const Refusal &refusal)
{
    http::Headers headers = jsonHeaders();
    headers.add("x-should-retry", "false");
    sink.sendWhole(status, headers,
                   chain::errorBody(refusal.message, "invalid_request_error", refusal.code, refusal.param));
}

Service::Service(chain::ExchangeDeps deps, std::function<machine::NetworkState()> network)
    : m_deps(std::move(deps)), m_network(std::move(network)), m_attribution(m_deps.clock)
{}
Service::~Service() = default;

std::unique_ptr<server::Handler> Service::handle(server::ServerRequest request, chain::ReplySink &sink)
{
    switch (request.endpoint) {
    case server::Endpoint::Root:
    case server::Endpoint::Health:
        sink.sendWhole(200, jsonHeaders(), kHealth);
        return nullptr;
    case server::Endpoint::Models:
    case server::Endpoint::Model:
        models(request, sink);
        return nullptr;
    case server::Endpoint::ChatCompletions:
        break;
    }
    return chat(std::move(request), sink);
}

std::unique_ptr<server::Handler> Service::chat(server::ServerRequest request, chain::ReplySink &sink)
{
    if (m_deps.checkMachine) {
        m_deps.checkMachine();
    }
    auto chatRequest = m_requestReader.read(request.body);
    if (!chatRequest) {
        refuse(sink, 400, {chatRequest.error().message, "invalid_request", {}});
        return nullptr;
    }
    const std::string client = m_attribution.clientOf(request);
    auto routed = m_facts.route({.setup = *m_setup,
                                 .request = *chatRequest,
                                 .body = request.body,
                                 .headers = request.head.headers,
                                 .client = client,
                                 .network = m_network(),
                                 .at = m_deps.clock.wallNow()});
    if (!routed) {
        refuse(sink, 404, {routed.error().message, "model_not_found", "model"});
        return nullptr;
    }
    chain::ExchangeInput input;
    input.id = m_ids.next(m_deps.clock.wallNow(), m_deps.random);
    input.setup = m_setup;
    input.route = std::move(routed->route);
    input.facts = std::move(routed->facts);
    input.complexity = std::move(routed->complexity);
    input.session = std::move(routed->session);
    input.request = *std::move(chatRequest);
    input.client = client;
    input.receivedAt = request.receivedAt;
    input.deadline = deadlineOf(request.head.headers);
    input.body = std::move(request.body);
    input.headers = std::move(request.head.headers);
    auto handler = std::make_unique<ExchangeHandler>(*this, std::move(input), sink);
    handler->start();
    return handler;
}

void Service::models(const server::ServerRequest &request, chain::ReplySink &sink)
{
    std::string list;
    for (const std::string &id : modelIds(*m_setup->config)) {
        if (request.endpoint == server::Endpoint::Model && id == request.modelId) {
            sink.sendWhole(200, jsonHeaders(), modelJson(id));
            return;
        }
        list += (list.empty() ? "" : ",") + modelJson(id);
    }
    if (request.endpoint == server::Endpoint::Model) {
        const std::string message = "no chain or alias is named '" + request.modelId + "'";
        refuse(sink, 404, {message, "model_not_found", "model"});
        return;
    }
    sink.sendWhole(200, jsonHeaders(), R"({"object":"list","data":[)" + list + "]}");
}

void Service::cancel(const base::RequestId &id)
{
    if (const auto it = m_running.find(id.text()); it != m_running.end()) {
        it->second->cancel();
    }
}

std::map<std::string, std::int64_t> Service::pieces() const
{
    std::map<std::string, std::int64_t> out;
    for (const auto &[id, exchange] : m_running) {
        out.emplace(id, exchange->pieces());
    }
    return out;
}

} // namespace signalbox::engine
