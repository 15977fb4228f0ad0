// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/engine.h"
#include "core/foundation/base/error.h"

// What `signalbox breakers` and `signalbox drill` ask of the Signalbox that runs, and how it answers. The
// words go over the profile's socket in one line, percent-coded.
namespace signalbox::app {

class SingleInstance;

using Words = std::vector<std::string>;
std::string toLine(const Words &words);
Words fromLine(std::string_view line);

/// The words are
///
///     breakers
///     port                                                 (where it serves; fails when it does not)
///     pause TARGET | resume TARGET | reset TARGET | open TARGET SECONDS    (0: until it is reset)
///     drill CHAIN STEP FAULT REQUESTS SECONDS                              (0: no end by that)
///     drill-stop
///     models PROVIDER fresh|kept text|json                                 (kept: if one of today is there)
///     servers text|json                                                    (on this machine)
///
/// and TARGET is PROVIDER or PROVIDER/MODEL. Main thread; `answer` gets the text to print, once, later.
void carryOut(const Words &words, engine::Engine &engine,
              std::function<void(base::Result<std::string>)> answer);

/// From now on the running Signalbox does what it is asked over its socket. Both outlive the event loop.
void takeOrders(SingleInstance &single, engine::Engine &engine);

std::string breakersAsText(const engine::Snapshot &snapshot);

} // namespace signalbox::app
