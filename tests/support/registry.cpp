// SPDX-License-Identifier: GPL-3.0-or-later
// main() of every test binary: `binary [ClassName] [Qt Test options]`.
#include "tests/support/registry.h"

#include <cstdio>
#include <map>
#include <string>

#include <QCoreApplication>

namespace signalbox::test {

/// Supplied by each binary's own application: the window tests need a QApplication.
std::unique_ptr<QCoreApplication> makeApplication(int &argc, char **argv) __attribute__((weak));

namespace {
std::map<std::string, Factory> &tests()
{
    static std::map<std::string, Factory> map;
    return map;
}
} // namespace

bool registerTest(const char *name, Factory factory)
{
    return tests().emplace(name, std::move(factory)).second;
}

int runTests(int argc, char **argv)
{
    const auto app =
        makeApplication ? makeApplication(argc, argv) : std::make_unique<QCoreApplication>(argc, argv);
    QStringList arguments = app->arguments();
    std::string only;
    if (arguments.size() > 1 && !arguments.at(1).startsWith(u'-')) {
        only = arguments.takeAt(1).toStdString();
        if (!tests().contains(only)) {
            std::fprintf(stderr, "no test class '%s' in this binary\n", only.c_str());
            return 2;
        }
    }
    int failed = 0;
    for (const auto &[name, factory] : tests()) {
        if (only.empty() || only == name) {
            failed += QTest::qExec(factory().get(), arguments);
        }
    }
    return failed == 0 ? 0 : 1;
}

} // namespace signalbox::test

int main(int argc, char **argv)
{
    return signalbox::test::runTests(argc, argv);
}
