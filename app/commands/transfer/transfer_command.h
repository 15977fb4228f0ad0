// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/foundation/config/file/store.h"
#include "core/foundation/secrets/secret_store.h"
#include "core/transfer/merge.h"

// `signalbox import` and `signalbox export`. Main thread.
namespace signalbox::app {

/// What became of an import, for the report.
struct ImportOutcome {
    bool written = false;
    std::string backup; ///< the copy of the configuration as it was; empty if nothing was written
};

/// Puts the keys into the keychain, keeps a copy of the configuration, and saves. If any of it fails, the
/// keys that were put there are taken out again and the configuration is as before. `store` must be loaded
/// without mistakes and outlive the answer, which comes later.
void applyImport(config::ConfigStore &store, secrets::SecretStore &keychain, transfer::Merged merged,
                 std::function<void(base::Result<ImportOutcome>)> done);

std::string importAsText(transfer::Format format, const transfer::Merged &merged,
                         const ImportOutcome &outcome);
std::string importAsJson(transfer::Format format, const transfer::Merged &merged,
                         const ImportOutcome &outcome);
/// One line for each thing that was left out, for people.
std::string reportAsText(const std::vector<transfer::ReportLine> &report, transfer::ReportLine::Kind kind);

} // namespace signalbox::app
