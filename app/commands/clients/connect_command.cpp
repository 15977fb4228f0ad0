// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/clients/connect_command.h"

#include <cstdio>

#include "app/commands/clients/open_profile.h"
#include "app/commands/commands.h"

namespace signalbox::app {

namespace {
int failed(const std::string &message, int code = kFailed)
{
    std::fprintf(stderr, "signalbox: %s\n", message.c_str());
    return code;
}

int print(const std::string &text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    return std::fflush(stdout) == 0 ? 0 : kFailed;
}

/// Needs no configuration: the journal says what was written.
int undo(const CommandLine &line, const clients::Tool &tool, clients::Connector &connector)
{
    const auto plan = connector.planUndo(tool);
    if (!plan) {
        return failed(plan.error().message);
    }
    if (!line.dryRun) {
        if (const auto undone = connector.undo(tool, *plan); !undone) {
            return failed(undone.error().message);
        }
    }
    return print(line.json ? undoneAsJson(tool, *plan, line.dryRun) : undoneAsText(tool, *plan, line.dryRun));
}

int connect(const CommandLine &line, const clients::Tool &tool, const config::ProfilePaths &paths)
{
    const auto profile = OpenProfile::open(paths);
    if (!profile) {
        return failed(profile.error().message);
    }
    const auto done = connectTool((*profile)->deps(), tool, {.chain = line.chain, .dryRun = line.dryRun});
    if (!done) {
        return failed(done.error().message);
    }
    return print(line.json ? connectedAsJson(tool, *done, line.dryRun)
                           : connectedAsText(tool, *done, line.dryRun));
}
} // namespace

int runConnect(const CommandLine &commandLine)
{
    const auto paths = config::profilePaths(commandLine.profile);
    if (!paths) {
        return failed(paths.error().message);
    }
    const clients::Catalogue catalogue = clients::Catalogue::shipped();
    clients::Connector connector({placesOfThisUser(), paths->state});
    if (commandLine.argument.empty()) {
        const std::vector<ToolRow> rows = toolRows(catalogue, connector);
        return print(commandLine.json ? toolsAsJson(rows) : toolsAsText(rows));
    }
    const clients::Tool *const tool = catalogue.find(commandLine.argument);
    if (!tool) {
        return failed(unknownTool(catalogue, commandLine.argument), kWrongUsage);
    }
    return commandLine.undo ? undo(commandLine, *tool, connector) : connect(commandLine, *tool, *paths);
}

} // namespace signalbox::app
