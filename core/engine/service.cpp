// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/service.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "core/engine/intake/model_list.h"
#include "core/request/dialect/messages/messages_codec.h"
#include "core/request/dialect/neutral/token_count.h"
#include "core/request/dialect/translate/codecs.h"

namespace signalbox::engine {

namespace {
constexpr std::string_view kHealth =
    R"({"name":"Signalbox","version":")" SIGNALBOX_VERSION R"(","status":"ok"})";

std::optional<base::Dialect> dialectOf(server::Endpoint endpoint)
{
    switch (endpoint) {
    case server::Endpoint::ChatCompletions:
        return base::Dialect::Chat;
    case server::Endpoint::Responses:
        return base::Dialect::Responses;
    case server::Endpoint::Messages:
    case server::Endpoint::CountTokens:
        return base::Dialect::Messages;
    case server::Endpoint::Completions:
        return base::Dialect::Completions;
    case server::Endpoint::Embeddings:
        return base::Dialect::Embeddings;
    default:
        return std::nullopt;
    }
}

/// May any step of the chain have the answer that the request goes on from?
bool someStepSpeaks(const chain::Setup &setup, const config::ChainConfig &chain, base::Dialect dialect)
{
    return std::ranges::any_of(chain.steps, [&](const config::StepConfig &step) {
        const chain::ProviderSetup *const provider = setup.provider(step.provider);
        return step.enabled && provider && provider->target && provider->target->speaking(dialect);
    });
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

void Service::refuse(const server::ServerRequest &request, chain::ReplySink &sink, const Refusal &refusal)
{
    http::Headers headers = jsonHeaders();
    headers.add("x-should-retry", "false");
    const neutral::Failure failure{.status = refusal.status,
                                   .message = std::string(refusal.message),
                                   .type = "invalid_request_error",
                                   .code = std::string(refusal.code),
                                   .param = std::string(refusal.param)};
    sink.sendWhole(refusal.status, headers,
                   translate::codecFor(server::dialectOf(request.head)).failureBody(failure));
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
    case server::Endpoint::CountTokens:
        return countTokens(request, sink);
    default:
        return exchange(std::move(request), sink);
    }
}

base::Result<intake::Routed> Service::route(const server::ServerRequest &request,
                                            const dialect::ClientRequest &asked, const std::string &client)
{
    return m_facts.route({.setup = *m_setup,
                          .request = asked,
                          .body = request.body,
                          .headers = request.head.headers,
                          .client = client,
                          .network = m_network(),
                          .at = m_deps.clock.wallNow()});
}

std::unique_ptr<server::Handler> Service::exchange(server::ServerRequest request, chain::ReplySink &sink)
{
    if (m_deps.checkMachine) {
        m_deps.checkMachine();
    }
    auto asked = m_requestReader.read(request.body, *dialectOf(request.endpoint));
    if (!asked) {
        refuse(request, sink, {400, asked.error().message, "invalid_request", {}});
        return nullptr;
    }
    const std::string client = m_attribution.clientOf(request);
    auto routed = route(request, *asked, client);
    if (!routed) {
        refuse(request, sink, {404, routed.error().message, "model_not_found", "model"});
        return nullptr;
    }
    if (asked->goesOnFromId && !someStepSpeaks(*m_setup, *routed->route.chain, asked->dialect)) {
        refuse(request, sink,
               {400,
                "previous_response_id cannot be honoured: Signalbox keeps no answers, and no step of '"
                    + asked->model
                    + "' speaks the Responses API itself. Send the whole conversation in 'input'",
                "unsupported_parameter", "previous_response_id"});
        return nullptr;
    }
    chain::ExchangeInput input;
    input.id = m_ids.next(m_deps.clock.wallNow(), m_deps.random);
    input.setup = m_setup;
    input.route = std::move(routed->route);
    input.facts = std::move(routed->facts);
    input.complexity = std::move(routed->complexity);
    input.session = std::move(routed->session);
    input.request = *std::move(asked);
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
    const intake::ListReader reader = intake::listReader(request.head);
    const std::vector<intake::ListedModel> models = intake::listedModels(*m_setup);
    if (request.endpoint == server::Endpoint::Models) {
        sink.sendWhole(200, jsonHeaders(), intake::modelListJson(models, reader));
        return;
    }
    if (const intake::ListedModel *const model = intake::findListed(models, request.modelId, reader)) {
        sink.sendWhole(200, jsonHeaders(), intake::modelJson(*model, reader));
        return;
    }
    const std::string message = "no chain or alias is named '" + request.modelId + "'";
    refuse(request, sink, {404, message, "model_not_found", "model"});
}

/// By the provider that would answer, where it counts; else an estimate of our own.
std::unique_ptr<server::Handler> Service::countTokens(server::ServerRequest &request, chain::ReplySink &sink)
{
    const auto said = translate::codecFor(base::Dialect::Messages).readRequest(request.body);
    if (!said) {
        refuse(request, sink, {400, said.error().message, "invalid_request", {}});
        return nullptr;
    }
    http::Headers headers = jsonHeaders();
    std::string estimate = messages::countTokensBody(neutral::countTokens(*said).total());
    if (auto order = countOrder(request)) {
        return std::make_unique<errand::TokenCount>(m_deps, *std::move(order), std::move(headers),
                                                    std::move(estimate), sink);
    }
    headers.add("x-signalbox-estimate", "true");
    sink.sendWhole(200, headers, estimate);
    return nullptr;
}

std::optional<errand::CountOrder> Service::countOrder(server::ServerRequest &request)
{
    const auto asked = m_requestReader.read(request.body, base::Dialect::Messages);
    const auto routed =
        asked ? route(request, *asked, m_attribution.clientOf(request)) : std::unexpected(asked.error());
    return routed ? errand::countOrder({.setup = m_setup,
                                        .route = routed->route,
                                        .facts = routed->facts.get(),
                                        .request = *asked,
                                        .body = request.body,
                                        .headers = request.head.headers,
                                        .receivedAt = request.receivedAt},
                                       m_deps)
                  : std::nullopt;
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
