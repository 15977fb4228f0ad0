// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <QString>

#include "core/record/ledger/rows.h"

namespace signalbox::charts {

enum class Phase : std::uint8_t { Queue, Dns, Connect, Tls, WaitByte, WaitToken, Stream };
QString phaseName(Phase phase);

struct WaterfallSpan {
    Phase phase;
    double fromMs = 0;
    double toMs = 0;
};

/// One line of the waterfall: an attempt with its phases, or a step that was skipped.
struct WaterfallRow {
    QString label; ///< "2 Anthropic"
    QString note;  ///< how it ended, or why it was skipped
    std::vector<WaterfallSpan> spans;
    bool failed = false;
    bool skipped = false;
};

/// Pure. Attempts in order of time, the steps that were skipped between them by number; `providerName` turns
/// ids into names.
std::vector<WaterfallRow> waterfallRows(const ledger::RequestDetail &detail,
                                        const std::function<QString(const std::string &)> &providerName);
/// Where the axis ends: the request's total, or its last attempt's end.
double waterfallEndMs(const ledger::RequestDetail &detail);

} // namespace signalbox::charts
