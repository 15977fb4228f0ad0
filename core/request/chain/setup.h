// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/foundation/base/error.h"
#include "core/foundation/base/secret_string.h"
#include "core/foundation/config/config.h"
#include "core/record/spend/price_table.h"
#include "core/request/provider/target.h"

namespace signalbox::chain {

/// One provider as requests find it.
struct ProviderSetup {
    const config::ProviderConfig *config = nullptr; ///< inside Setup::config
    base::Result<provider::Target> target = base::fail(base::ErrorCode::NotFound, "no such provider");
    std::string originText;                ///< of the target, for the breaker
    std::optional<base::SecretString> key; ///< none: not needed, or not to be had
    std::string keyName;                   ///< which key, for the breaker; never the key
    std::string keyProblem;                ///< why it is not to be had
};

/// Everything a request needs of the configuration, made once when it is applied and swapped as a whole: a
/// running request keeps the one it began with. Immutable; any thread.
struct Setup {
    std::shared_ptr<const config::Config> config;
    std::map<std::string, ProviderSetup, std::less<>> providers;
    std::shared_ptr<const spend::PriceTable> prices;
};

} // namespace signalbox::chain
