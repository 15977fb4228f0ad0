// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command_line.h"

namespace signalbox::app {

/// Runs without a window until SIGTERM or SIGINT: prints "listening on http://127.0.0.1:PORT" on stdout once
/// it serves, and, where stdout is a terminal or --show-token was given, a curl line that works. Returns the
/// exit code.
int runHeadless(int argc, char **argv, const CommandLine &commandLine);

} // namespace signalbox::app
