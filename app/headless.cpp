// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/headless.h"

#include <cstdio>
#include <unistd.h>

#include <QCoreApplication>

#include "app/composition.h"
#include "app/instance/single_instance.h"
#include "app/instance/steering.h"
#include "app/termination.h"

namespace signalbox::app {

namespace {
void say(const std::string &line)
{
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

/// For somebody at a terminal: a request that works as it stands.
void printExample(engine::LocalEngine &engine)
{
    const auto config = engine.config();
    if (config->clients.empty() || config->chains.empty()) {
        return;
    }
    const std::string chain = config->chains.front().id;
    engine.revealClientToken(
        config->clients.front().id, [&engine, chain](const base::Result<std::string> &token) {
            if (!token) {
                return;
            }
            say("\nTry it:\n  curl " + engine.server().baseUrl
                + "/chat/completions \\\n    -H 'Authorization: Bearer " + *token
                + "' -H 'Content-Type: application/json' \\\n    -d '{\"model\": \"" + chain
                + "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'");
        });
}
} // namespace

int runHeadless(int argc, char **argv, const CommandLine &commandLine)
{
    QCoreApplication application(argc, argv);
    auto composition = Composition::make(commandLine);
    if (!composition) {
        std::fprintf(stderr, "signalbox: %s\n", composition.error().message.c_str());
        return kFailed;
    }
    SingleInstance single((*composition)->paths());
    const auto first = single.start();
    if (!first || !*first) {
        std::fprintf(stderr, "signalbox: %s\n",
                     first ? "Signalbox already runs with this profile" : first.error().message.c_str());
        return kFailed;
    }
    engine::LocalEngine &engine = (*composition)->engine();
    takeOrders(single, engine);
    bool announced = false;
    bool exampleDue = commandLine.showToken || ::isatty(STDOUT_FILENO) != 0;
    const auto example = [&] {
        if (announced && exampleDue && !engine.config()->clients.empty()) {
            exampleDue = false;
            printExample(engine);
        }
    };
    QObject::connect(&engine, &engine::Engine::serverChanged, &application, [&] {
        if (!engine.server().listening) {
            std::fprintf(stderr, "signalbox: %s\n", engine.server().problem.c_str());
            QCoreApplication::exit(kFailed);
        } else if (!std::exchange(announced, true)) {
            say("listening on http://127.0.0.1:" + std::to_string(engine.server().port));
        }
        example();
    });
    QObject::connect(&engine, &engine::Engine::configChanged, &application, example);
    const Termination termination([&engine] { engine.shutDown([] { QCoreApplication::quit(); }); });
    engine.start();
    return QCoreApplication::exec();
}

} // namespace signalbox::app
