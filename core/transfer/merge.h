// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/transfer/import.h"

// An import into a configuration that is there. Pure.
namespace signalbox::transfer {

/// The configuration as it would be, and what has to go into the keychain before it is saved.
struct Merged {
    config::Config config;
    std::map<std::string, base::SecretString> secrets; ///< by keychain entry; all are of new providers
    std::vector<ReportLine> report;                    ///< the import's, and what the merge did
    std::vector<std::string> newProviders;             ///< ids in `config`
    std::vector<std::string> reusedProviders;
    std::vector<std::string> newChains;
    std::vector<std::string> newClients;
    std::vector<std::string> newRules;
    bool changes() const
    {
        return !newProviders.empty() || !newChains.empty() || !newClients.empty() || !newRules.empty();
    }
};

/// Adds what is new: ids are made unique, a provider that is there already (same preset, address and account)
/// is used again, nothing that is there is changed. The result holds no mistake that the validator knows;
/// what would be one is left out and reported. Conflict if the configuration itself has mistakes.
base::Result<Merged> merge(const config::Config &current, Import import, const provider::PresetList &presets);

} // namespace signalbox::transfer
