// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/target.h"

#include "core/request/provider/outgoing_request.h"
#include "tests/support/registry.h"

using namespace signalbox;

class TargetTest : public QObject
{
    Q_OBJECT

private:
    const provider::PresetList presets = provider::PresetList::shipped();

    base::Result<provider::Target> make(const char *preset, const char *baseUrl = "",
                                        std::map<std::string, std::string> headers = {})
    {
        config::ProviderConfig config;
        config.id = "mine";
        config.preset = preset;
        config.baseUrl = baseUrl;
        config.headers = std::move(headers);
        return provider::makeTarget(config, *presets.find(preset));
    }

    static base::SecretString key(const char *text) { return base::SecretString(std::string(text)); }

private Q_SLOTS:
    void putsAddressAndPathsTogether_data()
    {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<QByteArray>("baseUrl");
        QTest::addColumn<QByteArray>("chat");
        QTest::addColumn<QByteArray>("models");
        const auto row = [](const char *preset, const char *baseUrl, const char *chat, const char *models) {
            QTest::addRow("%s %s", preset, baseUrl)
                << QByteArray(preset) << QByteArray(baseUrl) << QByteArray(chat) << QByteArray(models);
        };
        row("openai", "", "https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/models");
        row("gemini", "", "https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
            "https://generativelanguage.googleapis.com/v1beta/openai/models");
        row("deepseek", "", "https://api.deepseek.com/chat/completions", "https://api.deepseek.com/models");
        row("cohere", "", "https://api.cohere.ai/compatibility/v1/chat/completions",
            "https://api.cohere.ai/v1/models");
        row("minimax", "", "https://api.minimax.io/v1/chat/completions", "https://api.minimax.io");
        row("ollama", "http://127.0.0.1:9999", "http://127.0.0.1:9999/v1/chat/completions",
            "http://127.0.0.1:9999/v1/models");
        row("ollama", "https://box.lan/ollama/v1/", "https://box.lan/ollama/v1/chat/completions",
            "https://box.lan/ollama/v1/models");
        row("openai-compatible", "http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions",
            "http://[::1]:8000/v1/models");
    }
    void putsAddressAndPathsTogether()
    {
        QFETCH(QByteArray, preset);
        QFETCH(QByteArray, baseUrl);
        const auto target = make(preset.constData(), baseUrl.constData());
        QVERIFY2(target, target ? "" : target.error().message.c_str());
        QTEST(QByteArray::fromStdString(target->origin.text() + target->speaking(base::Dialect::Chat)->path),
              "chat");
        QTEST(QByteArray::fromStdString(target->origin.text() + target->modelsPath), "models");
    }

    void refusesAddressesThatWouldGiveTheKeyAway_data()
    {
        QTest::addColumn<QByteArray>("baseUrl");
        for (const char *url :
             {"", "http://api.openai.com/v1", "http://192.168.1.5:11434/v1", "http://localhost.evil.example",
              "http://127.0.0.1.nip.io", "https://user:pass@api.openai.com", "ftp://a", "https://a/?key=1"}) {
            QTest::addRow("<%s>", url) << QByteArray(url);
        }
    }
    void refusesAddressesThatWouldGiveTheKeyAway()
    {
        QFETCH(QByteArray, baseUrl);
        const auto target = make("openai-compatible", baseUrl.constData());
        QVERIFY(!target);
        QVERIFY(target.error().code == base::ErrorCode::InvalidArgument);
    }

    void refusesHeadersThatAreNotTheUsersToSet()
    {
        QVERIFY(make("openai", "", {{"X-Title", "mine"}}));
        for (const char *name : {"Authorization", "X-API-Key", "cookie", "Host", "Content-Length",
                                 "Transfer-Encoding", "Accept-Encoding", "bad name", ""}) {
            QVERIFY2(!make("openai", "", {{name, "x"}}), name);
        }
        QVERIFY(!make("portkey", "", {{"X-Portkey-API-Key", "x"}}));
        QVERIFY(make("portkey", "", {{"X-Portkey-Provider", "openai"}}));
        const auto split = make("openai", "", {{"X-A", "1\r\nX-B: secret"}});
        QVERIFY(!split);
        QVERIFY(split.error().message.find("secret") == std::string::npos);
    }

    void sendsOnlyWhatTheProviderMaySee()
    {
        http::Headers client;
        client.add("Authorization", "Bearer local-token");
        client.add("x-api-key", "local-token");
        client.add("Cookie", "a=b");
        client.add("Origin", "https://web");
        client.add("Referer", "https://web");
        client.add("User-Agent", "tool/1");
        client.add("x-stainless-lang", "js");
        client.add("OpenAI-Organization", "org-1");
        client.add("OpenAI-Project", "proj-1");
        client.add("Connection", "keep-alive, openai-project");
        client.add("X-Forwarded-For", "1.2.3.4");
        const auto target = make("openai", "", {{"X-Mine", "1"}});
        const auto request =
            provider::apiRequest(*target, key("sk-upstream"), client, {.stream = true}, "{}");
        QVERIFY(request);
        std::string all;
        for (const http::Header &field : request->headers) {
            all += field.name + ": " + field.value + "\n";
        }
        QCOMPARE(all,
                 std::string("Authorization: Bearer sk-upstream\nAccept: text/event-stream\n"
                             "User-Agent: Signalbox/" SIGNALBOX_VERSION
                             "\nX-Mine: 1\nContent-Type: application/json\nOpenAI-Organization: org-1\n"));
        QVERIFY(request->origin == target->origin);
        QCOMPARE(request->target, std::string("/v1/chat/completions"));
        const auto other = provider::apiRequest(*make("groq"), key("gsk_1"), client, {}, "{}");
        QVERIFY(!other->headers.find("OpenAI-Organization"));
        QVERIFY(other->headers.find("Accept") == "application/json");
    }

    void showsTheKeyTheWayTheProviderWantsIt()
    {
        const auto portkey = provider::modelsRequest(*make("portkey"), key("pk-1"));
        QVERIFY(portkey->headers.find("x-portkey-api-key") == "pk-1");
        QVERIFY(!portkey->headers.find("Authorization"));
        QCOMPARE(portkey->method, std::string("GET"));
        QCOMPARE(portkey->target, std::string("/v1/models"));
        const auto ollama = provider::modelsRequest(*make("ollama"), {});
        QVERIFY(ollama && !ollama->headers.find("Authorization"));
        const auto simulated = provider::modelsRequest(*make("simulated"), key("k"));
        QVERIFY(simulated && !simulated->headers.find("Authorization"));
        QVERIFY(provider::modelsRequest(*make("minimax"), key("k")).error().code
                == base::ErrorCode::Unsupported);
    }

    void refusesToSendWithoutOrWithABrokenKey()
    {
        const auto target = make("openai");
        const auto none = provider::apiRequest(*target, {}, {}, {}, "{}");
        QVERIFY(!none && none.error().code == base::ErrorCode::Denied);
        for (const char *bad : {"sk-abc\n", "sk abc", "sk-\r\nx-evil: 1", "sk-é"}) {
            const auto request = provider::apiRequest(*target, key(bad), {}, {}, "{}");
            QVERIFY(!request && request.error().code == base::ErrorCode::InvalidArgument);
            QVERIFY(request.error().message.find("sk") == std::string::npos);
        }
    }
};

SIGNALBOX_TEST(TargetTest)
#include "target_test.moc"
