// SPDX-License-Identifier: GPL-3.0-or-later
// The window tests need a QApplication; registry.cpp makes a QCoreApplication unless told otherwise.
#include <memory>

#include <QApplication>
#include <QLocale>

namespace signalbox::test {

std::unique_ptr<QCoreApplication> makeApplication(int &argc, char **argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    qputenv("TZ", "UTC");
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    return std::make_unique<QApplication>(argc, argv);
}

} // namespace signalbox::test
