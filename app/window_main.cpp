// SPDX-License-Identifier: GPL-3.0-or-later
// signalbox-window: the engine and the window in one process. `signalbox` starts it.
#include <cstdio>

#include <QApplication>

#include "app/composition.h"
#include "app/instance/single_instance.h"
#include "app/instance/steering.h"
#include "app/termination.h"
#include "ui/shell/window.h"

using namespace signalbox;

int main(int argc, char **argv)
{
    const auto commandLine = app::parseCommandLine(argc, argv);
    if (!commandLine) {
        std::fprintf(stderr, "signalbox: %s\n", commandLine.error().message.c_str());
        return app::kWrongUsage;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("signalbox"));
    QApplication::setApplicationDisplayName(QStringLiteral("Signalbox"));
    QApplication::setApplicationVersion(QStringLiteral(SIGNALBOX_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("io.github.signalbox.Signalbox"));
    auto composition = app::Composition::make(*commandLine);
    if (!composition) {
        std::fprintf(stderr, "signalbox: %s\n", composition.error().message.c_str());
        return app::kFailed;
    }
    app::SingleInstance single((*composition)->paths());
    const auto first = single.start();
    if (!first) {
        std::fprintf(stderr, "signalbox: %s\n", first.error().message.c_str());
        return app::kFailed;
    }
    if (!*first) {
        return 0; // the running one has come to the front
    }
    engine::LocalEngine &engine = (*composition)->engine();
    app::takeOrders(single, engine);
    shell::MainWindow window(engine, {.stateFile = (*composition)->paths().state + "/window.ini"});
    QObject::connect(&single, &app::SingleInstance::raiseRequested, &window,
                     [&window] { window.raiseToFront(); });
    const auto end = [&engine] { engine.shutDown([] { QApplication::exit(0); }); };
    const app::Termination termination(end);
    QApplication::setQuitOnLastWindowClosed(false);
    QObject::connect(&application, &QApplication::lastWindowClosed, &application, end);
    engine.start();
    if (!commandLine->background) {
        window.show();
    }
    return QApplication::exec();
}
