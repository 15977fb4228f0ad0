// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "tests/bench/report.h"
#include "tests/bench/stage.h"

namespace signalbox::bench {

struct Run {
    std::string_view name;
    std::string_view what;
    void (*run)(const Settings &settings, Report &report);
};

// One source per group.
void runUnarySmall(const Settings &settings, Report &report);
void runUnaryLarge(const Settings &settings, Report &report);
void runManyConnections(const Settings &settings, Report &report);

void runOneStream(const Settings &settings, Report &report);
void runManyStreams(const Settings &settings, Report &report);

void runAfterRateLimit(const Settings &settings, Report &report);
void runAfterRateLimitCold(const Settings &settings, Report &report);
void runAfterFault(const Settings &settings, Report &report);
void runAfterRefusal(const Settings &settings, Report &report);
void runAfterHang(const Settings &settings, Report &report);
void runAfterLongHang(const Settings &settings, Report &report);
void runOpenBreaker(const Settings &settings, Report &report);

void runStart(const Settings &settings, Report &report);
void runIdle(const Settings &settings, Report &report);

} // namespace signalbox::bench
