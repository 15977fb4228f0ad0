// SPDX-License-Identifier: GPL-3.0-or-later
// Another program has the port: Signalbox says which, runs on, and can be told to try again.
#include <unistd.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QTcpServer>

#include "core/foundation/config/document.h"
#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using events::Notice;

class PortInUseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theProblemNamesThePortAndItsHolder()
    {
        QTcpServer holder; // this very process
        QVERIFY(holder.listen(QHostAddress::LocalHost, 0));
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        box.config.server.port = holder.serverPort();
        box.profile.writeConfig(config::writeConfig(box.config));
        box.startAsItIs(std::nullopt);
        QTRY_VERIFY_WITH_TIMEOUT(!box.engine().server().problem.empty(), 10'000);

        const engine::ServerState state = box.engine().server();
        QVERIFY(!state.listening);
        QVERIFY(state.baseUrl.empty());
        const auto says = [&](const QString &text) {
            return QString::fromStdString(state.problem).contains(text);
        };
        QVERIFY2(says(QString::number(holder.serverPort())), state.problem.c_str());
#ifdef Q_OS_LINUX
        QVERIFY2(says(QString::number(::getpid())), state.problem.c_str());
        const QString name = QFileInfo(QCoreApplication::applicationFilePath()).fileName();
        QVERIFY2(says(name.left(15)), state.problem.c_str()); // the kernel keeps that much
#endif
        QTRY_COMPARE(box.notices(Notice::Kind::ServerProblem).size(), std::size_t(1));
        box.engine().retryListening(); // still in use
        QTRY_COMPARE(box.notices(Notice::Kind::ServerProblem).size(), std::size_t(2));
        QVERIFY(!box.engine().server().listening);

        const std::uint16_t port = holder.serverPort();
        holder.close();
        box.engine().retryListening();
        QTRY_VERIFY_WITH_TIMEOUT(box.engine().server().listening, 10'000);
        QCOMPARE(box.engine().server().port, port); // never silently another one
        QVERIFY(box.engine().server().problem.empty());
        QVERIFY(box.ask().says("from the first"));
        QCOMPARE(test::disagreement(box), QString());
    }

    void aNewPortInTheConfigurationIsTaken()
    {
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress::LocalHost, 0));
        const std::uint16_t freed = holder.serverPort();
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        box.profile.writeConfig(config::writeConfig(box.config));
        box.startAsItIs(std::nullopt);
        QTRY_VERIFY_WITH_TIMEOUT(box.engine().server().listening, 10'000);
        holder.close();
        config::Config next = box.config;
        next.server.port = freed;
        QCOMPARE(box.apply(next), std::string());
        QTRY_COMPARE_WITH_TIMEOUT(box.port(), freed, 10'000);
        QVERIFY(box.ask().says("from the first"));
        QCOMPARE(test::disagreement(box), QString());
    }
};

SIGNALBOX_TEST(PortInUseTest)
#include "port_in_use_test.moc"
