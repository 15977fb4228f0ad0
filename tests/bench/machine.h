// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/poller.h"
#include "tests/bench/report.h"
#include "tests/bench/stage.h"

namespace signalbox::bench {

/// Signalbox gets one core, this program another one on which it spins; with a single core, or for a quick
/// look, they share what there is. Both ends of all connections are in here, so it allows itself more files,
/// and itself only.
void prepareMachine(Settings &settings);

/// For the head of the report.
Report::Facts facts(const Settings &settings);

/// How many cores were busy with neither Signalbox nor this program: what else ran while something was
/// measured.
class Disturbance
{
public:
    Disturbance();
    double cores() const; ///< since it was made, children that ended included

private:
    Time m_begin;
    double m_busy; ///< seconds of all cores
    double m_own;
};

} // namespace signalbox::bench
