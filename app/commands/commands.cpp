// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"

#include <cstdio>

namespace signalbox::app {

namespace {
int print(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    return std::fflush(stdout) == 0 ? 0 : kFailed;
}
} // namespace

Command commandFor(CommandLine::Command command)
{
    switch (command) {
    case CommandLine::Command::Run:
        return nullptr;
    case CommandLine::Command::Check:
        return runCheck;
    case CommandLine::Command::Requests:
        return runRequests;
    case CommandLine::Command::Explain:
        return runExplain;
    case CommandLine::Command::KeysSet:
        return runKeysSet;
    case CommandLine::Command::Breakers:
        return runBreakers;
    case CommandLine::Command::Models:
        return runModels;
    case CommandLine::Command::Servers:
        return runServers;
    case CommandLine::Command::Drill:
        return runDrill;
    case CommandLine::Command::Import:
        return runImport;
    case CommandLine::Command::Export:
        return runExport;
    case CommandLine::Command::Connect:
        return runConnect;
    case CommandLine::Command::Launch:
        return runLaunch;
    case CommandLine::Command::Version:
        return runVersion;
    case CommandLine::Command::Help:
        return runHelp;
    }
    return nullptr;
}

int runHelp(const CommandLine &)
{
    return print(helpText());
}

int runVersion(const CommandLine &)
{
    return print(versionText());
}

} // namespace signalbox::app
