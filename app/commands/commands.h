// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands/command_line.h"

// The commands that do one thing and end, each in its own *_command.cpp. A command prints to stdout what was
// asked for, to stderr what went wrong, and returns the exit code. Needs a QCoreApplication, no display.
namespace signalbox::app {

using Command = int (*)(const CommandLine &);

/// Null for Run, which is no such command.
Command commandFor(CommandLine::Command command);

int runHelp(const CommandLine &commandLine);
int runVersion(const CommandLine &commandLine);
int runCheck(const CommandLine &commandLine);
int runRequests(const CommandLine &commandLine);
int runExplain(const CommandLine &commandLine);
int runKeysSet(const CommandLine &commandLine);
int runBreakers(const CommandLine &commandLine);
int runModels(const CommandLine &commandLine);
int runServers(const CommandLine &commandLine);
int runDrill(const CommandLine &commandLine);
int runImport(const CommandLine &commandLine);
int runExport(const CommandLine &commandLine);
int runConnect(const CommandLine &commandLine);
int runLaunch(const CommandLine &commandLine);    ///< does not return if the tool starts
int runScorecard(const CommandLine &commandLine); ///< `drill` without --live and --stop

} // namespace signalbox::app
