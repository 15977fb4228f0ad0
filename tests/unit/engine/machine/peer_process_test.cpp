// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/machine/peer_process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QDir>
#include <QFile>

#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"

using namespace signalbox;
using namespace std::chrono_literals;
using machine::PeerProcess;

namespace {
using Words = std::vector<std::string>;

/// A connection of this process with itself.
struct Pair {
    int listener = -1;
    int client = -1;
    std::uint16_t peerPort = 0;
    std::uint16_t localPort = 0;

    explicit Pair(int family)
    {
        listener = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        client = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_storage address{};
        address.ss_family = static_cast<sa_family_t>(family);
        if (family == AF_INET6) {
            reinterpret_cast<sockaddr_in6 &>(address).sin6_addr = in6addr_loopback;
        } else {
            reinterpret_cast<sockaddr_in &>(address).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        }
        socklen_t size = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
        auto *const any = reinterpret_cast<sockaddr *>(&address);
        if (::bind(listener, any, size) != 0 || ::listen(listener, 1) != 0) {
            return;
        }
        ::getsockname(listener, any, &size);
        localPort = port(address);
        if (::connect(client, any, size) == 0) {
            ::getsockname(client, any, &size);
            peerPort = port(address);
        }
    }
    ~Pair()
    {
        ::close(client);
        ::close(listener);
    }
    static std::uint16_t port(const sockaddr_storage &address)
    {
        return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6 &>(address).sin6_port
                                                   : reinterpret_cast<const sockaddr_in &>(address).sin_port);
    }
};

/// A /proc of one's own.
struct FakeProc {
    test::TempProfile folder;

    FakeProc() { QDir().mkpath(path("net")); }
    QString path(const std::string &name) const { return QString::fromStdString(folder.dir() + "/" + name); }
    void tables(const std::string &tcp, const std::string &tcp6 = "")
    {
        folder.write("net/tcp", "  sl  local_address rem_address\n" + tcp);
        folder.write("net/tcp6", "  sl  local_address rem_address\n" + tcp6);
    }
    void process(int id, const std::string &file, const Words &words, const std::string &inode)
    {
        const std::string name = std::to_string(id);
        QDir().mkpath(path(name + "/fd"));
        std::string line;
        for (const std::string &word : words) {
            line += word + '\0';
        }
        folder.write(name + "/cmdline", line);
        QFile::link(QString::fromStdString(file), path(name + "/exe"));
        QFile::link(QStringLiteral("/dev/null"), path(name + "/fd/0"));
        QFile::link(QString::fromStdString("socket:[" + inode + "]"), path(name + "/fd/3"));
    }
};

std::string line(const std::string &from, const std::string &to, const std::string &inode)
{
    return "   0: " + from + " " + to + " 01 00000000:00000000 00:00000000 00000000  1000        0 " + inode
           + " 1 0000000000000000 20 4 30 10 -1\n";
}
constexpr std::uint16_t kPeer = 0xA001;
constexpr std::uint16_t kOurs = 0x20B9;
} // namespace

class PeerProcessTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsThisProcessBehindARealConnection_data()
    {
        QTest::addColumn<int>("family");
        QTest::newRow("IPv4") << int(AF_INET);
        QTest::newRow("IPv6") << int(AF_INET6);
    }

    void findsThisProcessBehindARealConnection()
    {
        QFETCH(int, family);
        const Pair pair(family);
        if (pair.peerPort == 0 && family == AF_INET6) {
            QSKIP("there is no IPv6 here");
        }
        test::FakeClock clock;
        PeerProcess peer(clock);
        QCOMPARE(peer.nameOf(pair.peerPort, pair.localPort), std::string("unit_tests"));
        QCOMPARE(peer.nameOf(pair.peerPort, 1), std::string());
    }

    void theLineOfTheClientsEndCounts()
    {
        FakeProc proc;
        proc.tables(line("0100007F:20B9", "0100007F:A001", "11")
                    + line("0100007F:A001", "0100007F:20B9", "12"));
        proc.process(100, "/opt/signalbox", {"signalbox"}, "11");
        proc.process(200, "/usr/bin/node", {"node", "/x/lib/node_modules/@openai/codex/bin/codex.js"}, "12");
        test::FakeClock clock;
        QCOMPARE(PeerProcess(clock, proc.folder.dir()).nameOf(kPeer, kOurs), std::string("codex"));
    }

    void theSamePortsElsewhereAreAnotherConnection()
    {
        FakeProc proc;
        proc.tables(
            line("0101A8C0:A001", "0201A8C0:20B9", "12"),
            line("0000000000000000FFFF00000100007F:A001", "0000000000000000FFFF00000100007F:20B9", "13"));
        proc.process(200, "/usr/bin/far", {"far"}, "12");
        proc.process(201, "/usr/bin/near (deleted)", {"near"}, "13");
        test::FakeClock clock;
        QCOMPARE(PeerProcess(clock, proc.folder.dir()).nameOf(kPeer, kOurs), std::string("near"));
    }

    void whatWasFoundIsRememberedForSomeSeconds()
    {
        FakeProc proc;
        proc.tables(line("0100007F:A001", "0100007F:20B9", "12"));
        proc.process(200, "/usr/bin/tool", {"tool"}, "12");
        test::FakeClock clock;
        PeerProcess peer(clock, proc.folder.dir());
        QCOMPARE(peer.nameOf(kPeer, kOurs), std::string("tool"));
        proc.tables("");
        clock.advance(4s);
        QCOMPARE(peer.nameOf(kPeer, kOurs), std::string("tool"));
        clock.advance(2s);
        QCOMPARE(peer.nameOf(kPeer, kOurs), std::string());
    }

    void withoutProcNothingIsKnown()
    {
        test::FakeClock clock;
        QCOMPARE(PeerProcess(clock, "/no/such/folder").nameOf(kPeer, kOurs), std::string());
        FakeProc proc;
        proc.tables("nonsense\n   0: x y 01\n");
        QCOMPARE(PeerProcess(clock, proc.folder.dir()).nameOf(kPeer, kOurs), std::string());
    }

    void programsAreNamedAsPeopleCallThem_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QByteArray>("name");
        const auto row = [](const char *file, const char *words, const char *name) {
            QTest::newRow(words) << QByteArray(file) << QByteArray(words) << QByteArray(name);
        };
        row("/usr/bin/curl", "curl http://x", "curl");
        row("/usr/bin/python3.11", "python3 /home/a/agent.py --fast", "agent");
        row("/usr/bin/python3.11", "python3 -u -m aider --model x", "aider");
        row("/usr/bin/python3.11", "python3 -c code", "python");
        row("/usr/bin/python3", "/home/a/.venv/bin/python /home/a/.venv/bin/litellm", "litellm");
        row("/usr/bin/python3", "python3 /home/a/bench/__main__.py", "bench");
        row("/usr/bin/node", "node --no-warnings /x/node_modules/@anthropic-ai/claude-code/cli.js",
            "claude-code");
        row("/usr/bin/node", "node", "node");
        row("/usr/bin/node", "node /app/dist/index.js", "index");
        row("/opt/bun", "bun run tool.ts", "tool");
        row("/usr/bin/java", "java -Xmx1g -jar /opt/my-agent.jar", "my-agent");
        row("/usr/bin/java", "java com.example.Main", "java");
    }

    void programsAreNamedAsPeopleCallThem()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, words);
        QFETCH(QByteArray, name);
        Words list;
        for (const QByteArray &word : words.split(' ')) {
            list.push_back(word.toStdString());
        }
        QCOMPARE(machine::programName(file.toStdString(), list), name.toStdString());
    }
};

SIGNALBOX_TEST(PeerProcessTest)
#include "peer_process_test.moc"
