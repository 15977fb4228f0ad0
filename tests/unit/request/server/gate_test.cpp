// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/gate.h"

#include "tests/support/registry.h"

using namespace signalbox;
using Kind = server::Verdict::Kind;

namespace {
const std::string kGoodToken = "Bearer token-of-aider";

server::AccessRules rules()
{
    server::AccessRules rules;
    rules.port = 8377;
    rules.allowedOrigins = {"https://app.example"};
    rules.tokens.emplace_back("aider", base::SecretString(std::string("token-of-aider")));
    return rules;
}

/// A request that passes, to be spoilt in one place.
http::RequestHead head(std::string method = "POST", std::string target = "/v1/chat/completions")
{
    http::RequestHead head{std::move(method), std::move(target), 1, {}};
    head.headers.add("Host", "localhost:8377");
    head.headers.add("Authorization", kGoodToken);
    head.headers.add("Content-Type", "application/json");
    return head;
}

http::RequestHead with(http::RequestHead head, const char *name, const char *value)
{
    if (value) {
        head.headers.set(name, value);
    } else {
        head.headers.remove(name);
    }
    return head;
}

std::string outcome(const http::RequestHead &head, const server::AccessRules &by = rules())
{
    const server::Verdict verdict = server::judge(head, by);
    return verdict.kind == Kind::Serve ? "serve for '" + verdict.client + "'"
           : verdict.kind == Kind::Preflight
               ? "preflight"
               : std::to_string(verdict.refusal.status) + " " + verdict.refusal.code;
}
} // namespace

class GateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneWrongThingIsEnough_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("expected");
        const auto add = [](const char *name, const char *value, const char *expected) {
            QTest::addRow("%s: %s", name, value ? value : "missing")
                << QByteArray(name) << QByteArray(value) << QByteArray(expected);
        };
        add("X-Anything", "at all", "serve for 'aider'");
        add("Host", "evil.example", "421 wrong_host");
        add("Host", "0.0.0.0:8377", "421 wrong_host");
        add("Host", nullptr, "421 wrong_host");
        add("Origin", "http://localhost:3000", "403 origin_not_allowed");
        add("Sec-Fetch-Site", "cross-site", "403 origin_not_allowed");
        add("Origin", "https://app.example", "serve for 'aider'");
        add("Upgrade", "websocket", "426 upgrade_not_supported");
        add("Upgrade", "h2c", "426 upgrade_not_supported");
        add("Expect", "100-Continue", "serve for 'aider'");
        add("Expect", "foo", "417 expectation_failed");
        add("Authorization", nullptr, "401 missing_api_key");
        add("Authorization", "Bearer wrong", "401 invalid_api_key");
        add("Content-Type", "Application/JSON ; charset=utf-8", "serve for 'aider'");
        add("Content-Type", "application/json;charset=utf-8", "serve for 'aider'");
        for (const char *type :
             {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
              "application/jsonx", "application/json, text/plain", "text/plain; application/json", ""}) {
            add("Content-Type", type, "415 unsupported_content_type");
        }
        add("Content-Type", nullptr, "415 unsupported_content_type");
        add("Content-Encoding", "gzip", "serve for 'aider'");
        add("Content-Encoding", "zstd", "serve for 'aider'");
        add("Content-Encoding", "br", "415 unsupported_content_encoding");
    }
    void oneWrongThingIsEnough()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(QByteArray, expected);
        QCOMPARE(outcome(with(head(), name.constData(), value.isNull() ? nullptr : value.constData())),
                 expected.toStdString());
    }

    void theSafestReasonComesFirst()
    {
        // A web page learns nothing but that it may not: neither routes nor tokens.
        http::RequestHead request = with(head("GET", "/nowhere"), "Authorization", "Bearer wrong");
        QCOMPARE(outcome(request), std::string("401 invalid_api_key"));
        request.headers.set("Upgrade", "websocket");
        QCOMPARE(outcome(request), std::string("426 upgrade_not_supported"));
        request.headers.set("Origin", "https://evil.example");
        QCOMPARE(outcome(request), std::string("403 origin_not_allowed"));
        request.headers.set("Host", "evil.example");
        QCOMPARE(outcome(request), std::string("421 wrong_host"));
    }

    void twoHostsAreRefusedEvenIfEqual()
    {
        http::RequestHead request = head();
        request.headers.add("Host", "localhost:8377");
        QCOMPARE(outcome(request), std::string("421 wrong_host"));
    }

    void theOpenEndpointsNeedNoTokenButEveryOtherCheck()
    {
        for (const char *target : {"/", "/health"}) {
            const http::RequestHead request = with(head("GET", target), "Authorization", nullptr);
            QCOMPARE(outcome(request), std::string("serve for ''"));
            QCOMPARE(outcome(with(request, "Host", "evil.example:8377")), std::string("421 wrong_host"));
            QCOMPARE(outcome(with(request, "Sec-Fetch-Site", "same-site")),
                     std::string("403 origin_not_allowed"));
        }
        QCOMPARE(outcome(with(head("POST", "/"), "Authorization", nullptr)),
                 std::string("401 missing_api_key"));
        QCOMPARE(outcome(with(head("GET", "/v1/models"), "Authorization", nullptr)),
                 std::string("401 missing_api_key"));
    }

    void withoutRequiredTokensAKnownOneStillTellsTheClient()
    {
        server::AccessRules relaxed = rules();
        relaxed.requireToken = false;
        QCOMPARE(outcome(head(), relaxed), std::string("serve for 'aider'"));
        QCOMPARE(outcome(with(head(), "Authorization", "Bearer sk-anything"), relaxed),
                 std::string("serve for ''"));
        QCOMPARE(outcome(with(head(), "Authorization", nullptr), relaxed), std::string("serve for ''"));
    }

    void withoutAnyTokenNobodyGetsIn()
    {
        server::AccessRules none = rules();
        none.tokens.clear();
        QCOMPARE(outcome(head(), none), std::string("401 invalid_api_key"));
    }

    void unknownPathsAndMethodsSayWhatIsServed()
    {
        server::Verdict verdict = server::judge(head("GET", "/v1/chat/completions?key=secret"), rules());
        QCOMPARE(verdict.refusal.status, 405);
        QCOMPARE(*verdict.fields.find("Allow"), std::string_view("POST"));
        verdict = server::judge(head("POST", "/v1/responses/resp_1?key=secret"), rules());
        QCOMPARE(verdict.refusal.code, std::string("not_served"));
        QVERIFY(verdict.refusal.message.find("/v1/chat/completions") != std::string::npos);
        QVERIFY(verdict.refusal.message.find("secret") == std::string::npos);
        verdict = server::judge(head("POST", "/\xff\xfe<script>"), rules());
        QCOMPARE(verdict.refusal.code, std::string("unknown_url"));
        QVERIFY(verdict.refusal.message.find('\xff') == std::string::npos);
    }

    void preflightsAreAnsweredForAllowedOriginsOnly()
    {
        http::RequestHead request{"OPTIONS", "/v1/chat/completions", 1, {}};
        request.headers.add("Host", "127.0.0.1:8377");
        request.headers.add("Origin", "https://app.example");
        request.headers.add("Access-Control-Request-Method", "POST");
        request.headers.add("Access-Control-Request-Headers", "authorization, content-type");
        const server::Verdict verdict = server::judge(request, rules());
        QCOMPARE(verdict.kind, Kind::Preflight);
        QCOMPARE(verdict.allowedOrigin, std::string("https://app.example"));
        QCOMPARE(*verdict.fields.find("Access-Control-Allow-Headers"),
                 std::string_view("authorization, content-type"));
        QVERIFY(!verdict.fields.find("Access-Control-Allow-Private-Network"));
        QCOMPARE(outcome(with(request, "Origin", "https://evil.example")),
                 std::string("403 origin_not_allowed"));
        QCOMPARE(outcome(with(request, "Origin", nullptr)), std::string("401 missing_api_key"));
    }

    void findsEndpointModelAndCoding()
    {
        const server::Verdict model = server::judge(head("GET", "/v1/models/openai/gpt"), rules());
        QCOMPARE(model.endpoint, server::Endpoint::Model);
        QCOMPARE(model.modelId, std::string("openai/gpt"));
        const server::Verdict coded =
            server::judge(with(with(head(), "Content-Encoding", "zstd"), "Expect", "100-continue"), rules());
        QCOMPARE(coded.coding, http::ContentCoding::Zstd);
        QVERIFY(coded.expectsContinue);
    }
};

SIGNALBOX_TEST(GateTest)
#include "gate_test.moc"
