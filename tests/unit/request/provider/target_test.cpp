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

    base::Result<provider::Target> making(const char *preset, const char *baseUrl,
                                          std::vector<std::string> dialects)
    {
        config::ProviderConfig config{.id = "mine", .preset = preset, .baseUrl = baseUrl};
        config.dialects = std::move(dialects);
        return provider::makeTarget(config, *presets.find(preset));
    }

    static std::string fieldsOf(const upstream::WireRequest &request)
    {
        std::string all;
        for (const http::Header &field : request.headers) {
            if (field.name != "Accept" && field.name != "User-Agent" && field.name != "Content-Type") {
                all += field.name + ": " + field.value + "\n";
            }
        }
        return all;
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
            "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000");
        row("deepseek", "", "https://api.deepseek.com/chat/completions", "https://api.deepseek.com/models");
        row("cohere", "", "https://api.cohere.ai/compatibility/v1/chat/completions",
            "https://api.cohere.ai/v1/models");
        row("minimax", "", "https://api.minimax.io/v1/chat/completions", "https://api.minimax.io");
        row("ollama", "http://127.0.0.1:9999", "http://127.0.0.1:9999/v1/chat/completions",
            "http://127.0.0.1:9999/v1/models");
        row("ollama", "https://box.lan/ollama/v1/", "https://box.lan/ollama/v1/chat/completions",
            "https://box.lan/ollama/v1/models");
        row("azure", "https://mine.openai.azure.com",
            "https://mine.openai.azure.com/openai/v1/chat/completions",
            "https://mine.openai.azure.com/openai/v1/models");
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

    void asksInEachDialectAtItsPlaceWithItsKey_data()
    {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<QByteArray>("baseUrl");
        QTest::addColumn<QByteArray>("dialect");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("fields");
        const auto row = [](const char *preset, const char *baseUrl, const char *dialect, const char *path,
                            const char *fields) {
            QTest::addRow("%s %s %s", preset, dialect, baseUrl)
                << QByteArray(preset) << QByteArray(baseUrl) << QByteArray(dialect) << QByteArray(path)
                << QByteArray(fields);
        };
        const char *const bearer = "Authorization: Bearer k\n";
        const char *const claude = "x-api-key: k\nanthropic-version: 2023-06-01\n";
        const char *const google = "x-goog-api-key: k\n";
        row("openai", "", "responses", "/v1/responses", bearer);
        row("openai", "", "embeddings", "/v1/embeddings", bearer);
        row("anthropic", "", "messages", "/v1/messages", claude);
        row("anthropic", "https://api.anthropic.com/v1", "messages", "/v1/messages", claude);
        row("anthropic-compatible", "https://relay.example/x", "messages", "/x/v1/messages", claude);
        row("deepseek", "", "messages", "/anthropic/v1/messages", claude);
        row("openrouter", "", "messages", "/api/v1/messages",
            "Authorization: Bearer k\nanthropic-version: 2023-06-01\n");
        row("gemini", "", "gemini", "/v1beta/models/a%20b:streamGenerateContent?alt=sse", google);
        row("gemini", "", "chat", "/v1beta/openai/chat/completions", bearer);
        row("gemini", "https://generativelanguage.googleapis.com/v1beta/openai", "chat",
            "/v1beta/openai/chat/completions", bearer);
        row("azure", "https://r.services.ai.azure.com", "responses", "/openai/v1/responses", "api-key: k\n");
        row("portkey", "", "chat", "/v1/chat/completions", "x-portkey-api-key: k\n");
    }
    void asksInEachDialectAtItsPlaceWithItsKey()
    {
        QFETCH(QByteArray, preset);
        QFETCH(QByteArray, baseUrl);
        QFETCH(QByteArray, dialect);
        const auto target = make(preset.constData(), baseUrl.constData());
        const provider::Asked asked{*base::dialectFromText(dialect.toStdString()), "a b", true};
        const auto request = provider::apiRequest(*target, key("k"), {}, asked, "{}");
        QVERIFY2(request, request ? "" : request.error().message.c_str());
        QTEST(QByteArray::fromStdString(request->target), "path");
        QTEST(QByteArray::fromStdString(fieldsOf(*request)), "fields");
    }

    void theClientChoosesTheVersionAndBetasGoToWhoKnowsThem()
    {
        http::Headers client;
        client.add("anthropic-version", "2024-01-01");
        client.add("anthropic-beta", "one");
        client.add("anthropic-beta", "two");
        const provider::Asked asked{.dialect = base::Dialect::Messages};
        const auto anthropic = provider::apiRequest(*make("anthropic"), key("k"), client, asked, "{}");
        QCOMPARE(fieldsOf(*anthropic), std::string("x-api-key: k\nanthropic-version: 2024-01-01\n"
                                                   "anthropic-beta: one\nanthropic-beta: two\n"));
        const auto other = provider::apiRequest(*make("moonshot"), key("k"), client, asked, "{}");
        QVERIFY(!other->headers.find("anthropic-beta"));
        const auto users = make("anthropic", "", {{"anthropic-version", "2025-01-01"}});
        const auto mine = provider::apiRequest(*users, key("k"), client, asked, "{}");
        QCOMPARE(mine->headers.count("anthropic-version"), std::size_t(1));
        QVERIFY(mine->headers.find("anthropic-version") == "2025-01-01");
        const auto list = provider::modelsRequest(*make("anthropic"), key("k"));
        QCOMPARE(fieldsOf(*list), std::string("x-api-key: k\nanthropic-version: 2023-06-01\n"));
    }

    void theUserSaysWhatAProviderSpeaks()
    {
        const auto own = making("openai-compatible", "http://127.0.0.1:4000", {"messages", "chat"});
        QCOMPARE(own->speaks.size(), std::size_t(2));
        QCOMPARE(own->speaks.front().path, std::string("/v1/messages"));
        QVERIFY(!own->speaking(base::Dialect::Embeddings));
        const auto fewer = making("deepseek", "", {"messages"});
        QCOMPARE(fewer->speaks.size(), std::size_t(1));
        QCOMPARE(fewer->speaks.front().path, std::string("/anthropic/v1/messages"));
        QCOMPARE(fewer->modelsKey.name, std::string("Authorization"));
    }

    void someSpeakADialectForSomeModelsOnly()
    {
        const auto bedrock = make("bedrock", "https://bedrock-mantle.eu-west-1.api.aws");
        const auto speaks = [&](base::Dialect dialect, const char *model) {
            return bedrock->speaking(dialect, model) != nullptr;
        };
        QVERIFY(speaks(base::Dialect::Messages, "anthropic.claude-opus-5"));
        QVERIFY(speaks(base::Dialect::Messages, "eu.anthropic.claude-opus-5"));
        QVERIFY(!speaks(base::Dialect::Chat, "anthropic.claude-opus-5"));
        QVERIFY(speaks(base::Dialect::Chat, "qwen.qwen3-32b"));
        QVERIFY(!speaks(base::Dialect::Messages, "qwen.qwen3-32b"));
        QVERIFY(speaks(base::Dialect::Responses, "openai.gpt-5.6-terra"));
        QVERIFY(!speaks(base::Dialect::Gemini, "x"));
        QVERIFY(!bedrock->speaking(base::Dialect::Gemini));
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
