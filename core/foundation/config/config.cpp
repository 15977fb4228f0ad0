// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/config.h"

#include <algorithm>

namespace signalbox::config {

namespace {
template<typename T>
const T *find(const std::vector<T> &all, std::string_view id)
{
    const auto it = std::find_if(all.begin(), all.end(), [&](const T &one) { return one.id == id; });
    return it == all.end() ? nullptr : &*it;
}
} // namespace

std::string_view toText(BudgetState state)
{
    switch (state) {
    case BudgetState::Ok:
        return "ok";
    case BudgetState::Warned:
        return "warned";
    case BudgetState::Spent:
        return "spent";
    }
    return {};
}

std::vector<WeightedKey> ProviderConfig::allKeys() const
{
    std::vector<WeightedKey> all;
    if (key.kind != KeySource::Kind::None) {
        all.push_back({key, 1});
    }
    all.insert(all.end(), keys.begin(), keys.end());
    return all;
}

const ProviderConfig *Config::provider(std::string_view id) const
{
    return find(providers, id);
}
const ChainConfig *Config::chain(std::string_view id) const
{
    return find(chains, id);
}
const ClientConfig *Config::client(std::string_view id) const
{
    return find(clients, id);
}

} // namespace signalbox::config
