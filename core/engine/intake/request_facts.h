// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/engine/machine/network_state.h"
#include "core/foundation/http/message.h"
#include "core/request/chain/setup.h"
#include "core/request/dialect/chat_traits.h"
#include "core/request/dialect/client_request.h"
#include "core/request/routing/facts.h"
#include "core/request/routing/resolve.h"

namespace signalbox::intake {

/// A request on its way to a chain.
struct Incoming {
    const chain::Setup &setup;
    const dialect::ClientRequest &request;
    const std::string &body;
    const http::Headers &headers;
    const std::string &client;
    machine::NetworkState network;
    base::WallTime at;
};

/// Where it goes, and what was found out on the way.
struct Routed {
    routing::Route route;
    std::unique_ptr<routing::Facts> facts; ///< null: nobody asked
    std::string complexity;                ///< "complex: code, 6 steps asked for"; empty without facts
    std::string session;
};

/// Finds out what rules, conditions and plans ask about a request, no sooner than they ask, and picks its
/// chain. Holds the parser's memory. Engine thread.
class RequestFacts
{
public:
    /// How far the budgets are spent that cover a client's requests.
    using AskBudgets =
        std::function<std::vector<routing::BudgetFact>(const std::string &client, base::WallTime now)>;
    void askBudgets(AskBudgets ask) { m_budgets = std::move(ask); }

    /// NotFound: no chain is named so; says which there are.
    base::Result<Routed> route(const Incoming &incoming);

private:
    std::unique_ptr<routing::Facts> outside(const Incoming &incoming) const;
    void read(const Incoming &incoming, Routed &routed);
    dialect::RequestTraits traitsOf(const Incoming &incoming);
    dialect::ChatTraitsReader m_reader;
    AskBudgets m_budgets;
};

} // namespace signalbox::intake
