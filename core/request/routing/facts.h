// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/foundation/config/config.h"
#include "core/request/dialect/request_traits.h"

namespace signalbox::routing {

enum class Complexity : std::uint8_t { Simple, Standard, Complex, Reasoning }; ///< in this order
enum class Network : std::uint8_t { Online, Metered, Offline };

/// How far a budget is spent that covers this request's client. A name that is empty: it covers any.
struct BudgetFact {
    std::string chain;
    std::string provider;
    std::string model;
    config::BudgetState state = config::BudgetState::Ok;
};

/// What rules, conditions and plans may ask about a request. A value; its texts never leave memory.
struct Facts {
    std::string client; ///< its id; empty: not known
    std::string model;  ///< as the client asked
    bool stream = false;
    bool isPrivate = false;
    dialect::RequestTraits traits;
    Complexity complexity = Complexity::Standard;
    std::string language; ///< "en"; empty: not known
    std::map<std::string, std::string> metadata;
    int minuteOfDay = 0; ///< local time
    int weekday = 0;     ///< 0: Monday
    Network network = Network::Online;
    std::vector<BudgetFact> budgets;
};

} // namespace signalbox::routing
