// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/routes.h"

#include "tests/support/registry.h"

using namespace signalbox;
using server::Endpoint;
using Match = server::Route::Match;

class RoutesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leadsToTheEndpoint_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("endpoint");
        QTest::addColumn<QByteArray>("modelId");
        const auto add = [](const char *method, const char *target, Endpoint endpoint,
                            const char *model = "") {
            QTest::addRow("%s %s", method, target)
                << QByteArray(method) << QByteArray(target) << int(endpoint) << QByteArray(model);
        };
        add("GET", "/", Endpoint::Root);
        add("HEAD", "/?x", Endpoint::Root);
        add("GET", "/health", Endpoint::Health);
        add("GET", "/health/?deep=1", Endpoint::Health);
        add("POST", "/v1/chat/completions", Endpoint::ChatCompletions);
        add("POST", "/v1/chat/completions/", Endpoint::ChatCompletions);
        add("POST", "/chat/completions", Endpoint::ChatCompletions);
        add("POST", "/v1/v1/chat/completions?api-version=1", Endpoint::ChatCompletions);
        add("GET", "/v1/models", Endpoint::Models);
        add("GET", "/models/", Endpoint::Models);
        add("GET", "/v1/v1/models?limit=20", Endpoint::Models);
        add("GET", "/v1/models/coding", Endpoint::Model, "coding");
        add("GET", "/v1/models/openai/gpt-5.6", Endpoint::Model, "openai/gpt-5.6");
        add("GET", "/v1/models/openai%2Fgpt-5.6", Endpoint::Model, "openai/gpt-5.6");
        add("GET", "/v1/models/qwen3%3a32b", Endpoint::Model, "qwen3:32b");
        add("GET", "/v1/models/a%20b%C3%A9/", Endpoint::Model, "a b\u00e9");
        add("GET", "/v1/models/../admin", Endpoint::Model,
            "../admin"); // a name like any other: no file is behind it
    }
    void leadsToTheEndpoint()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        QFETCH(int, endpoint);
        QFETCH(QByteArray, modelId);
        const auto route = server::findRoute(method.toStdString(), target.toStdString());
        QCOMPARE(route.match, Match::Found);
        QCOMPARE(int(route.endpoint), endpoint);
        QCOMPARE(route.modelId, modelId.toStdString());
    }

    void nothingElseExists_data()
    {
        QTest::addColumn<QByteArray>("target");
        for (const char *target : {"",
                                   "*",
                                   "//",
                                   "//v1/models",
                                   "/v1",
                                   "/v1/",
                                   "/v1//models",
                                   "/v1/v1/v1/models",
                                   "/V1/models",
                                   "/v1/Models",
                                   "/v1/models//",
                                   "/v1/../admin",
                                   "/..%2f",
                                   "/%2e%2e/",
                                   "/v1%2fmodels",
                                   "/%76%31/models",
                                   "/v1/health",
                                   "/Health",
                                   "/health/x",
                                   "/healthz",
                                   "/admin",
                                   "/config",
                                   "/metrics",
                                   "/favicon.ico",
                                   "/.env",
                                   "/v1/models/%00",
                                   "/v1/models/%0d%0aX",
                                   "/v1/models/%",
                                   "/v1/models/%4",
                                   "/v1/models/%zz",
                                   "/v1/models/%c0%af",
                                   "/v1/models/%ff",
                                   "/v1/models/%ed%a0%80",
                                   "/v1/models/%c3",
                                   "/v1/chat",
                                   "/v1/chat/completions/id",
                                   "/v2/models",
                                   "/v1/chat/completions;x",
                                   "/v1/audio/speech",
                                   "v1/models",
                                   "\\v1\\models",
                                   "/v1/models#x"}) {
            QTest::addRow("%s", *target ? target : "empty") << QByteArray(target);
        }
    }
    void nothingElseExists()
    {
        QFETCH(QByteArray, target);
        for (const char *method : {"GET", "POST"}) {
            QCOMPARE(server::findRoute(method, target.toStdString()).match, Match::Unknown);
        }
    }

    void aWrongMethodNamesTheRightOnes()
    {
        const auto check = [](const char *method, const char *target, std::string_view allow) {
            const auto route = server::findRoute(method, target);
            QCOMPARE(route.match, Match::WrongMethod);
            QCOMPARE(route.allow, allow);
        };
        check("GET", "/v1/chat/completions", "POST");
        check("post", "/v1/chat/completions", "POST"); // methods are case-sensitive
        check("POST", "/v1/models", "GET");
        check("DELETE", "/v1/models/x", "GET");
        check("TRACE", "/", "GET, HEAD");
        check("GET, HEAD", "/", "GET, HEAD");
        check("OPTIONS", "/health", "GET, HEAD");
    }

    void servesEveryDialect()
    {
        using server::Endpoint;
        const auto endpoint = [](const char *target) {
            const auto route = server::findRoute("POST", target);
            return route.match == Match::Found ? route.endpoint : Endpoint::Root;
        };
        QCOMPARE(endpoint("/v1/responses"), Endpoint::Responses);
        QCOMPARE(endpoint("/v1/messages?beta=true"), Endpoint::Messages);
        QCOMPARE(endpoint("/messages/count_tokens?beta=true"), Endpoint::CountTokens);
        QCOMPARE(endpoint("/v1/completions"), Endpoint::Completions);
        QCOMPARE(endpoint("/v1/v1/embeddings/"), Endpoint::Embeddings);
    }

    void knowsWhatWouldNeedAnswersToBeKept()
    {
        for (const char *target : {"/v1/responses/resp_1", "/v1/responses/resp_1/cancel",
                                   "/v1/chat/completions/chatcmpl-1", "/v1/messages/batches"}) {
            QCOMPARE(server::findRoute("GET", target).match, Match::Stateful);
        }
    }

    void refusalsAreInTheDialectOfWhoAsks()
    {
        const auto dialect = [](const char *target, bool anthropic) {
            http::RequestHead head{.method = "POST", .target = target, .headers = {}};
            if (anthropic) {
                head.headers.add("anthropic-version", "2023-06-01");
            }
            return server::dialectOf(head);
        };
        QCOMPARE(dialect("/v1/messages?beta=true", false), base::Dialect::Messages);
        QCOMPARE(dialect("/v1/messages/count_tokens", true), base::Dialect::Messages);
        QCOMPARE(dialect("/v1/models", true), base::Dialect::Messages);
        QCOMPARE(dialect("/v1/models", false), base::Dialect::Chat);
        QCOMPARE(dialect("/responses", false), base::Dialect::Responses);
        QCOMPARE(dialect("", false), base::Dialect::Chat);
    }
};

SIGNALBOX_TEST(RoutesTest)
#include "routes_test.moc"
