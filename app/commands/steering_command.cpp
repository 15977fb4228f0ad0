// SPDX-License-Identifier: GPL-3.0-or-later
// `signalbox breakers`, `models`, `servers` and `drill --live`: orders for the Signalbox that runs with the
// profile.
#include <cstdio>

#include "app/commands/commands.h"
#include "app/instance/single_instance.h"
#include "app/instance/steering.h"

namespace signalbox::app {

namespace {
int order(const CommandLine &commandLine, const Words &words)
{
    const auto paths = config::profilePaths(commandLine.profile);
    const auto answer = paths ? SingleInstance::ask(*paths, toLine(words)) : std::unexpected(paths.error());
    if (!answer) {
        std::fprintf(stderr, "signalbox: %s\n", answer.error().message.c_str());
        return kFailed;
    }
    std::fwrite(answer->data(), 1, answer->size(), stdout);
    return std::fflush(stdout) == 0 ? 0 : kFailed;
}
} // namespace

int runBreakers(const CommandLine &commandLine)
{
    if (commandLine.action.empty()) {
        return order(commandLine, {"breakers"});
    }
    Words words = {commandLine.action, commandLine.argument};
    if (commandLine.action == "open") {
        words.push_back(std::to_string(commandLine.minutes * 60));
    }
    return order(commandLine, words);
}

int runModels(const CommandLine &commandLine)
{
    return order(commandLine, {"models", commandLine.argument, commandLine.refresh ? "fresh" : "kept",
                               commandLine.json ? "json" : "text"});
}

int runServers(const CommandLine &commandLine)
{
    return order(commandLine, {"servers", commandLine.json ? "json" : "text"});
}

int runDrill(const CommandLine &commandLine)
{
    if (!commandLine.live && !commandLine.stop) {
        return runScorecard(commandLine);
    }
    if (commandLine.stop) {
        return order(commandLine, {"drill-stop"});
    }
    const int requests = commandLine.requests > 0 || commandLine.minutes > 0 ? commandLine.requests : 1;
    return order(commandLine,
                 {"drill", commandLine.argument, std::to_string(commandLine.step), commandLine.fault,
                  std::to_string(requests), std::to_string(commandLine.minutes * 60)});
}

} // namespace signalbox::app
