// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/user_agent.h"

#include "core/clients/guard.h"
#include "core/foundation/config/validate.h"
#include "tests/support/registry.h"

using namespace signalbox;

class UserAgentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void toolsAreKnownByTheirUserAgent_data()
    {
        QTest::addColumn<QByteArray>("agent");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("specific");
        const auto row = [](const char *agent, const char *name, bool specific) {
            QTest::newRow(agent) << QByteArray(agent) << QByteArray(name) << specific;
        };
        row("claude-cli/2.1.0 (external, cli)", "claude-code", true);
        row("codex_cli_rs/0.140.0 (Debian 12; x86_64) xterm", "codex", true);
        row("opencode/1.2 ai-sdk/provider-utils/3.0 runtime/bun/1.3", "opencode", true);
        row("Python/3.12 aider/0.86", "aider", true);
        row("litellm/1.80.0", "litellm", true);
        row("OpenAI/Python 2.1.0", "openai-python", true);
        row("AsyncAnthropic/Python 0.80.0", "anthropic-python", true);
        row("ai-sdk/openai-compatible/1.0", "ai-sdk", true);
        row("my-agent/3.0 (+somewhere)", "my-agent", true);
        row("curl/8.5.0", "curl", false);
        row("python-requests/2.32", "python-requests", false);
        row("node", "node", false);
        row("Go-http-client/1.1", "Go-http-client", false);
        row("(only a comment)", "", false);
    }
    void toolsAreKnownByTheirUserAgent()
    {
        QFETCH(QByteArray, agent);
        QFETCH(QByteArray, name);
        QFETCH(bool, specific);
        const auto found = clients::clientNameOf(agent.toStdString());
        QCOMPARE(found.name, name.toStdString());
        QCOMPARE(found.specific, specific);
    }

    void onlyOurOwnAddressLeadsBack()
    {
        for (const char *own : {"http://127.0.0.1:8377/v1", "http://localhost:8377", "HTTP://LOCALHOST:8377/",
                                "http://[::1]:8377/v1"}) {
            QVERIFY2(config::leadsToPort(own, 8377), own);
        }
        for (const char *other : {"http://127.0.0.1:11434/v1", "https://api.example.com:8377/v1",
                                  "http://127.0.0.1", "http://127.0.0.1:83770", ""}) {
            QVERIFY2(!config::leadsToPort(other, 8377), other);
        }
        auto endpoint = clients::endpointOn(8377);
        endpoint.token = "sk-test-0123456789";
        endpoint.chain = "demo";
        QVERIFY(clients::checkEndpoint(endpoint));
        endpoint.origin = "http://192.168.0.2:8377";
        QVERIFY(!clients::checkEndpoint(endpoint));
    }

    void aProviderAtOurOwnAddressIsAMistake()
    {
        config::Config config;
        config.providers.emplace_back();
        config.providers[0].id = "me";
        config.providers[0].preset = "openai-compatible";
        config.providers[0].baseUrl = "http://127.0.0.1:8377/v1";
        QVERIFY(config::hasErrors(config::validate(config)));
        QVERIFY(!clients::checkNoCircle(config, 8377));
        config.providers[0].baseUrl = "http://127.0.0.1:8378/v1";
        QVERIFY(!config::hasErrors(config::validate(config)));
        QVERIFY(clients::checkNoCircle(config, 8377));
    }
};

SIGNALBOX_TEST(UserAgentTest)
#include "user_agent_test.moc"
