// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/record/ledger/rows.h"

// `signalbox requests` and `signalbox explain`: what the ledger holds, for people and, with --json, for
// programs. The JSON is documented in core/record/ledger/README.md and stable. Safe while Signalbox runs.
namespace signalbox::app {

/// Prints the newest requests to stdout. The exit code: 0, or 1 with the reason on stderr.
int printRequests(const std::string &ledgerPath, bool json, int limit);
/// Prints how one request went, step by step. Any beginning of its id will do that no other id has.
int printExplain(const std::string &ledgerPath, const std::string &requestId, bool json);

std::string requestsAsText(const std::vector<ledger::RequestRow> &rows);
std::string requestsAsJson(const std::vector<ledger::RequestRow> &rows);
std::string explanationAsText(const ledger::RequestDetail &detail);
std::string explanationAsJson(const ledger::RequestDetail &detail);

} // namespace signalbox::app
