// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/clients/launch_command.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <unistd.h>

#include "app/commands/clients/connect_command.h"
#include "app/commands/clients/open_profile.h"
#include "app/commands/commands.h"
#include "app/instance/single_instance.h"
#include "core/clients/plan.h"

namespace signalbox::app {

namespace {
void say(const std::string &message)
{
    std::fprintf(stderr, "signalbox: %s\n", message.c_str());
}

/// Where the Signalbox of this profile serves; the error says why it does not.
base::Result<std::uint16_t> runningPort(const config::ProfilePaths &paths)
{
    const auto answer = SingleInstance::ask(paths, "port");
    if (!answer) {
        return std::unexpected(answer.error());
    }
    std::uint16_t port = 0;
    std::from_chars(answer->data(), answer->data() + answer->size(), port);
    return port != 0 ? base::Result<std::uint16_t>(port)
                     : base::fail(base::ErrorCode::Unavailable, "the Signalbox that runs does not serve");
}

struct Way {
    clients::Endpoint endpoint;
    bool nameChain = false; ///< the client has no chain of its own, or the user wants another
};

base::Result<Way> wayFor(const CommandLine &line, const clients::Tool &tool,
                         const config::ProfilePaths &paths, std::uint16_t port)
{
    const auto profile = OpenProfile::open(paths);
    if (!profile) {
        return std::unexpected(profile.error());
    }
    const config::Config config = (*profile)->config();
    if (const auto sound = clients::checkNoCircle(config, port); !sound) {
        return std::unexpected(sound.error());
    }
    const config::ClientConfig *const client = config.client(tool.id);
    auto chain = chainFor(config, client, line.chain);
    if (!chain) {
        return std::unexpected(chain.error());
    }
    clients::Endpoint out = endpointOf(config, port, *chain);
    if (config.server.requireToken) {
        const auto token = anyToken((*profile)->deps(), tool.id);
        if (!token) {
            return base::fail(token.error().code, "there is no token to start " + tool.name
                                                      + " with: " + token.error().message
                                                      + "; 'signalbox connect TOOL' makes one");
        }
        out.token = std::string(token->reveal());
    } else {
        out.token = "signalbox"; // any will do
    }
    if (const auto sound = clients::checkEndpoint(out); !sound) {
        return std::unexpected(sound.error());
    }
    return Way{std::move(out), !line.chain.empty() || !client || client->chain.empty()};
}
} // namespace

base::Result<Launch> planLaunch(const clients::Tool &tool, const clients::Endpoint *endpoint,
                                const std::vector<std::string> &rest, bool nameChain)
{
    Launch out;
    out.programs = tool.programs;
    std::size_t from = 0;
    if (out.programs.empty()) {
        if (rest.empty()) {
            return base::fail(base::ErrorCode::InvalidArgument, "'launch " + tool.id
                                                                    + "' needs a program: launch " + tool.id
                                                                    + " -- PROGRAM [ARGUMENTS]");
        }
        out.programs.push_back(rest[0]);
        from = 1;
    }
    const auto take = [&](const auto &set, const auto &arguments) {
        for (const auto &[name, value] : set) {
            out.set.emplace_back(name, clients::expand(value, *endpoint));
        }
        for (const std::string &argument : arguments) {
            out.arguments.push_back(clients::expand(argument, *endpoint));
        }
    };
    if (endpoint) {
        out.unset = tool.launch.unset;
        take(tool.launch.set, tool.launch.arguments);
    }
    if (endpoint && nameChain) {
        take(tool.launch.chainSet, tool.launch.chainArguments);
    }
    out.arguments.insert(out.arguments.end(), rest.begin() + static_cast<std::ptrdiff_t>(from), rest.end());
    return out;
}

base::Error execute(const Launch &launch)
{
    for (const std::string &name : launch.unset) {
        ::unsetenv(name.c_str());
    }
    for (const auto &[name, value] : launch.set) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    std::string names;
    int problem = ENOENT;
    for (const std::string &program : launch.programs) {
        std::vector<std::string> words = {program};
        words.insert(words.end(), launch.arguments.begin(), launch.arguments.end());
        std::vector<char *> pointers;
        for (std::string &word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        ::execvp(program.c_str(), pointers.data());
        problem = errno;
        names += (names.empty() ? "'" : ", '") + program + "'";
        if (problem != ENOENT) {
            break;
        }
    }
    return {problem == ENOENT ? base::ErrorCode::NotFound : base::ErrorCode::Denied,
            names + " cannot be started: " + std::strerror(problem)};
}

int runLaunch(const CommandLine &commandLine)
{
    const auto paths = config::profilePaths(commandLine.profile);
    if (!paths) {
        say(paths.error().message);
        return kFailed;
    }
    const clients::Catalogue catalogue = clients::Catalogue::shipped();
    const clients::Tool *const tool = catalogue.find(commandLine.argument);
    if (!tool) {
        say(unknownTool(catalogue, commandLine.argument));
        return kWrongUsage;
    }
    if (!tool->launch.possible()) {
        say(tool->refused
                ? tool->name + " cannot use Signalbox: " + tool->why
                : tool->name + " cannot be given Signalbox by its environment: use 'signalbox connect "
                      + tool->id + "'");
        return kFailed;
    }
    const auto direct = planLaunch(*tool, nullptr, commandLine.rest, false);
    if (!direct) {
        say(direct.error().message);
        return kWrongUsage;
    }
    std::optional<Way> way;
    if (const auto port = runningPort(*paths); !port) {
        say(port.error().message + ": '" + direct->programs[0]
            + "' starts with its own settings, without Signalbox");
    } else {
        auto found = wayFor(commandLine, *tool, *paths, *port);
        if (!found) {
            say(found.error().message);
            return kFailed;
        }
        way = *std::move(found);
    }
    const base::Error error =
        execute(*planLaunch(*tool, way ? &way->endpoint : nullptr, commandLine.rest, way && way->nameChain));
    say(error.message);
    return kFailed;
}

} // namespace signalbox::app
