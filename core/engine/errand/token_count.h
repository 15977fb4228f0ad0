// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/engine/errand/fetch.h"
#include "core/request/chain/exchange.h"
#include "core/request/server/service.h"

namespace signalbox::errand {

/// A request of /v1/messages/count_tokens, read and routed.
struct CountQuestion {
    std::shared_ptr<const chain::Setup> setup;
    const routing::Route &route;
    const routing::Facts *facts = nullptr; ///< null: neither rules nor the chain ask for any
    const dialect::ClientRequest &request;
    const std::string &body;
    const http::Headers &headers;
    base::SteadyTime receivedAt{};
};

/// Asks the provider that would answer, if it can count.
struct CountOrder {
    std::shared_ptr<const chain::Setup> setup; ///< keeps the target
    const provider::Target *target = nullptr;
    upstream::WireRequest request;
    std::string servedBy; ///< "provider/model"
};

/// Nothing: the step whose turn it would be does not count, or cannot be asked now. No other step is asked:
/// each counts in its own way, and what is private stays where it may go.
std::optional<CountOrder> countOrder(const CountQuestion &question, const chain::ExchangeDeps &deps);

/// Carries a count to its client; what goes wrong becomes the estimate. Engine thread; owned by the client's
/// connection.
class TokenCount final : public server::Handler
{
public:
    /// `estimate`: the body of an answer.
    TokenCount(const chain::ExchangeDeps &deps, CountOrder order, http::Headers headers, std::string estimate,
               chain::ReplySink &sink);
    void onDrained() override {}

private:
    void answer(const Fetched &fetched);

    std::shared_ptr<const chain::Setup> m_setup;
    http::Headers m_headers;
    std::string m_servedBy;
    std::string m_estimate;
    chain::ReplySink &m_sink;
    std::unique_ptr<Fetch> m_fetch;
};

} // namespace signalbox::errand
