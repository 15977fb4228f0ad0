// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include <QObject>
#include <QTest>

namespace signalbox::test {

using Factory = std::function<std::unique_ptr<QObject>()>;

/// Makes a test class known to the binary's main(), which runs the classes named on its command line.
bool registerTest(const char *name, Factory factory);

} // namespace signalbox::test

/// Put this behind a test class, before its moc include.
#define SIGNALBOX_TEST(Class)                                                                                \
    static const bool registered##Class = signalbox::test::registerTest(                                     \
        #Class, []() -> std::unique_ptr<QObject> { return std::make_unique<Class>(); });
