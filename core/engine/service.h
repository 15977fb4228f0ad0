// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/engine/errand/token_count.h"
#include "core/engine/intake/attribution.h"
#include "core/engine/intake/request_facts.h"
#include "core/request/chain/exchange.h"
#include "core/request/server/service.h"

namespace signalbox::engine {

/// Joins the server to the chains: reads a request, routes it and starts its exchange; answers the few
/// endpoints that need no provider. Engine thread.
class Service final : public server::Service
{
public:
    Service(chain::ExchangeDeps deps, std::function<machine::NetworkState()> network);
    ~Service() override;

    intake::RequestFacts &facts() { return m_facts; }
    /// For every request from now on.
    void use(std::shared_ptr<const chain::Setup> setup) { m_setup = std::move(setup); }
    std::string newRequestId() override;
    std::unique_ptr<server::Handler> handle(server::ServerRequest request, chain::ReplySink &sink) override;

    void cancel(const base::RequestId &id);
    /// Pieces of content so far of every running request, by id.
    std::map<std::string, std::int64_t> pieces() const;

private:
    class ExchangeHandler;
    struct Refusal {
        int status;
        std::string_view message;
        std::string_view code;
        std::string_view param;
    };
    std::unique_ptr<server::Handler> exchange(server::ServerRequest request, chain::ReplySink &sink);
    void models(const server::ServerRequest &request, chain::ReplySink &sink);
    std::unique_ptr<server::Handler> countTokens(server::ServerRequest &request, chain::ReplySink &sink);
    std::optional<errand::CountOrder> countOrder(server::ServerRequest &request);
    base::Result<intake::Routed> route(const server::ServerRequest &request,
                                       const dialect::ClientRequest &asked, const std::string &client);
    http::Headers jsonHeaders();
    void refuse(const server::ServerRequest &request, chain::ReplySink &sink, const Refusal &refusal);

    chain::ExchangeDeps m_deps;
    std::function<machine::NetworkState()> m_network;
    intake::Attribution m_attribution;
    intake::RequestFacts m_facts;
    dialect::ClientRequestReader m_requestReader;
    base::RequestIdSource m_ids;
    std::shared_ptr<const chain::Setup> m_setup;
    std::map<std::string, chain::Exchange *> m_running; ///< by request id
};

} // namespace signalbox::engine
