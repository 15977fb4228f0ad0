// SPDX-License-Identifier: GPL-3.0-or-later
// signalbox: commands and the headless engine. The window is a program of its own beside it, so that a
// headless Signalbox never loads Qt Widgets.
#include <cstdio>
#include <unistd.h>

#include <QCoreApplication>
#include <QFileInfo>

#include "app/commands/command_line.h"
#include "app/commands/commands.h"
#include "app/headless.h"

using namespace signalbox;

namespace {
int openWindow(char **argv)
{
    const QString here = QFileInfo(QStringLiteral("/proc/self/exe")).canonicalPath();
    for (const QString &folder : {here, here + QStringLiteral("/../libexec/signalbox")}) {
        const QByteArray program = (folder + QStringLiteral("/signalbox-window")).toLocal8Bit();
        if (::access(program.constData(), X_OK) == 0) {
            ::execv(program.constData(), argv);
        }
    }
    std::fprintf(stderr,
                 "signalbox: this build has no window (signalbox-window is not installed); use --headless\n");
    return app::kFailed;
}
} // namespace

int main(int argc, char **argv)
{
    const auto commandLine = app::parseCommandLine(argc, argv);
    if (!commandLine) {
        std::fprintf(stderr, "signalbox: %s\n", commandLine.error().message.c_str());
        return app::kWrongUsage;
    }
    if (const app::Command command = app::commandFor(commandLine->command)) {
        const QCoreApplication application(argc, argv);
        return command(*commandLine);
    }
    return commandLine->headless ? app::runHeadless(argc, argv, *commandLine) : openWindow(argv);
}
