// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/intake/attribution.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"

using namespace signalbox;

namespace {
/// A /proc in which one program holds port 40961 to our 8377.
struct Bench {
    test::TempProfile proc;
    test::FakeClock clock;
    intake::Attribution attribution{clock, proc.dir()};

    explicit Bench(const std::string &program)
    {
        const QString folder = QString::fromStdString(proc.dir());
        QDir().mkpath(folder + QStringLiteral("/net"));
        QDir().mkpath(folder + QStringLiteral("/7/fd"));
        proc.write("net/tcp", "headings\n 0: 0100007F:A001 0100007F:20B9 01 0:0 00:0 0 1000 0 55 1\n");
        QFile::link(QString::fromStdString("/usr/bin/" + program), folder + QStringLiteral("/7/exe"));
        QFile::link(QStringLiteral("socket:[55]"), folder + QStringLiteral("/7/fd/3"));
    }
    std::string clientOf(const std::string &client, const std::string &userAgent, std::uint16_t port = 0xA001)
    {
        server::ServerRequest request;
        request.client = client;
        request.userAgent = userAgent;
        request.peerPort = port;
        request.localPort = 8377;
        return attribution.clientOf(request);
    }
};
} // namespace

class AttributionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTokenTellsBeforeAllElse()
    {
        Bench bench("goose");
        QCOMPARE(bench.clientOf("mine", "codex_cli_rs/0.5"), std::string("mine"));
    }

    void aToolsUserAgentTellsBeforeItsProcess()
    {
        Bench bench("node");
        QCOMPARE(bench.clientOf("", "claude-cli/2.0.1 (external, cli)"), std::string("claude-code"));
    }

    void aLibrarysUserAgentLeavesItToTheProcess()
    {
        Bench bench("my-agent");
        QCOMPARE(bench.clientOf("", "python-httpx/0.27"), std::string("my-agent"));
        QCOMPARE(bench.clientOf("", ""), std::string("my-agent"));
    }

    void aKnownToolsProgramIsCalledByTheToolsName()
    {
        Bench bench("claude");
        QCOMPARE(bench.clientOf("", "axios/1.7"), std::string("claude-code"));
    }

    void whereNoProcessIsKnownTheLibraryIsNamed()
    {
        Bench bench("my-agent");
        QCOMPARE(bench.clientOf("", "python-httpx/0.27", 4), std::string("python-httpx"));
        QCOMPARE(bench.clientOf("", "curl/8.5", 0), std::string("curl"));
        QCOMPARE(bench.clientOf("", "", 0), std::string("unknown"));
    }
};

SIGNALBOX_TEST(AttributionTest)
#include "attribution_test.moc"
