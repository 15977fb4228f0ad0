// SPDX-License-Identifier: GPL-3.0-or-later
// Tools and providers of every dialect over real sockets: what is asked on an endpoint is answered and
// refused in its dialect, whoever answers it.
#include "tests/support/dialect/client_hears.h"
#include "tests/support/dialect/provider_says.h"
#include "tests/support/engine/engine_fixture.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using base::Dialect;
using events::Outcome;
using events::RequestOutcome;
using test::FakeUpstream;
using test::Heard;
using test::Reply;

namespace {
constexpr std::string_view kText = "The quick brown fox.";
constexpr const char *kKeyVariable = "SIGNALBOX_TEST_PROVIDER_KEY";
constexpr std::string_view kKey = "sk-of-the-provider";
/// A picture of one pixel.
constexpr std::string_view kPixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

std::string nameOf(Dialect dialect)
{
    return std::string(base::toText(dialect));
}

struct Kind {
    const char *preset;
    std::string path; ///< behind the origin; "{}" for what a stream changes
    const char *keyField;
};
Kind kindOf(Dialect provider, bool stream)
{
    switch (provider) {
    case Dialect::Responses:
        return {"openai", "/v1/responses", "authorization"};
    case Dialect::Messages:
        return {"anthropic-compatible", "/v1/messages", "x-api-key"};
    case Dialect::Gemini:
        return {"gemini",
                stream ? "/v1/models/a-model:streamGenerateContent?alt=sse"
                       : "/v1/models/a-model:generateContent",
                "x-goog-api-key"};
    default:
        return {"openai-compatible", "/v1/chat/completions", "authorization"};
    }
}

/// A chain "demo" whose steps each speak one dialect, over providers that want a key.
struct Box : test::EngineFixture {
    Box() { qputenv(kKeyVariable, QByteArray(kKey.data(), qsizetype(kKey.size()))); }

    void add(Dialect dialect, const std::string &id, const FakeUpstream &upstream)
    {
        addStep(id, upstream).idle = 30s;
        config::ProviderConfig &provider = config.providers.back();
        provider.preset = kindOf(dialect, false).preset;
        provider.dialects = {nameOf(dialect)};
        provider.key = {config::KeySource::Kind::Environment, kKeyVariable, {}};
        if (dialect == Dialect::Messages) { // its paths begin with the version
            provider.baseUrl.resize(provider.baseUrl.size() - 3);
        }
    }
};

std::string joined(const std::vector<std::string> &events)
{
    std::string all;
    for (const std::string &event : events) {
        all += event;
    }
    return all;
}

Reply answering(Dialect provider, bool stream)
{
    return stream ? Reply::streamHead()
                        .chunk(joined(test::streamSaid(provider, {"The quick ", "brown fox."})))
                        .lastChunk()
                  : Reply::json(200, test::wholeSaid(provider, kText));
}

/// The head and a first piece; what comes then is the test's.
Reply begun(Dialect provider)
{
    return Reply::streamHead()
        .chunk(joined(test::openingSaid(provider)))
        .chunk(test::deltaSaid(provider, "The quick "));
}

test::RawClient &asked(test::RawClient &client, Box &box, Dialect dialect, bool stream,
                       std::string_view model = "demo")
{
    return client.send(test::post(box.port(), test::requestAsked(dialect, model, stream, "A fox?"),
                                  test::pathAsked(dialect)));
}
} // namespace

class DialectsTest : public QObject
{
    Q_OBJECT

private:
    static void clients()
    {
        QTest::addColumn<int>("client");
        for (const Dialect client : test::kClientDialects) {
            QTest::newRow(nameOf(client).c_str()) << int(client);
        }
    }
    static void pairs()
    {
        QTest::addColumn<int>("client");
        QTest::addColumn<int>("provider");
        for (const Dialect client : test::kClientDialects) {
            for (const Dialect provider : test::kProviderDialects) {
                QTest::addRow("%s over %s", nameOf(client).c_str(), nameOf(provider).c_str())
                    << int(client) << int(provider);
            }
        }
    }

    /// The refusal's status and shape; Anthropic's clients know the type, others the code.
    static void isRefused(test::RawClient &client, Dialect dialect, int status, const std::string &code,
                          const std::string &messagesType, const std::string &says)
    {
        QVERIFY2(client.waitForResponses(1), client.received().c_str());
        QCOMPARE(client.statuses(), std::to_string(status));
        const std::string body = client.body();
        const Heard heard = test::heardWhole(dialect, body);
        QVERIFY2(heard.failed && heard.flaw.empty(), (heard.flaw + body).c_str());
        QVERIFY2(heard.code == (dialect == Dialect::Messages ? messagesType : code), body.c_str());
        QVERIFY2(heard.failure.find(says) != std::string::npos, body.c_str());
        QVERIFY(client.head().find("Content-Type: application/json") != std::string::npos
                || client.head().find("content-type: application/json") != std::string::npos);
    }

private Q_SLOTS:
    void anAnswerComesBackInTheClientsDialect_data() { pairs(); }
    void anAnswerComesBackInTheClientsDialect()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect(provider), "a", upstream);
        QVERIFY(box.start());
        for (const bool stream : {false, true}) {
            upstream.always(answering(Dialect(provider), stream));
            test::RawClient tool(box.port());
            asked(tool, box, Dialect(client), stream);
            QVERIFY2(tool.waitForResponses(1), tool.received().c_str());
            QCOMPARE(tool.statuses(), std::string("200"));
            const std::string body = tool.body();
            const Heard heard =
                stream ? test::heardStream(Dialect(client), body) : test::heardWhole(Dialect(client), body);
            QVERIFY2(heard.flaw.empty() && !heard.failed, (heard.flaw + "\n" + body).c_str());
            QVERIFY2(heard.text == kText && heard.ended && heard.beginnings == 1, body.c_str());

            const Kind kind = kindOf(Dialect(provider), stream);
            const test::SeenRequest &seen = upstream.seen().back();
            QCOMPARE(seen.target, kind.path);
            const std::string sent(seen.headers.find(kind.keyField).value_or("none"));
            QVERIFY2(sent.ends_with(kKey), sent.c_str());
            QVERIFY(seen.raw.find(test::kToken) == std::string::npos); // ours stays here
        }
        for (const ledger::RequestDetail &row : box.rows(2)) {
            QCOMPARE(row.attempts.size(), std::size_t(1));
            QCOMPARE(int(row.attempts[0].outcome), int(Outcome::Answered));
            QCOMPARE(row.attempts[0].usage.prompt(), std::int64_t{test::kPromptTokens});
            QCOMPARE(row.attempts[0].usage.output, std::int64_t{test::kOutputTokens});
            QVERIFY(row.attempts[0].cost && row.attempts[0].cost->nano > 0);
        }
    }

    /// Nothing is collected on the way: the provider goes on only once its first piece has been read.
    void aPieceIsThereBeforeTheNextIsSent_data() { pairs(); }
    void aPieceIsThereBeforeTheNextIsSent()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect(provider), "a", upstream);
        upstream.always(begun(Dialect(provider))
                            .wait("first read")
                            .chunk(test::deltaSaid(Dialect(provider), "brown fox."))
                            .wait("second read")
                            .chunk(joined(test::endingSaid(Dialect(provider), kText)))
                            .lastChunk());
        QVERIFY(box.start());
        test::RawClient tool(box.port());
        asked(tool, box, Dialect(client), true);
        QVERIFY2(tool.waitForText("The quick "), tool.received().c_str());
        QVERIFY(tool.received().find("brown fox.") == std::string::npos);
        upstream.go("first read");
        QVERIFY2(tool.waitForText("brown fox."), tool.received().c_str());
        QCOMPARE(tool.responses(), std::size_t(0));
        upstream.go("second read");
        QVERIFY2(tool.waitForResponses(1), tool.received().c_str());
        const Heard heard = test::heardStream(Dialect(client), tool.body());
        QVERIFY2(heard.flaw.empty() && heard.ended && heard.text == kText, tool.received().c_str());
    }

    void aStepOfAnotherDialectTakesOver_data() { pairs(); }
    void aStepOfAnotherDialectTakesOver()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        const Dialect second = Dialect((provider + 1) % 4);
        const test::RefusalSaid said = test::rateLimitSaid(first);
        for (const bool stream : {false, true}) {
            Box box;
            FakeUpstream broken;
            FakeUpstream sound;
            box.add(first, "a", broken);
            box.add(second, "b", sound);
            broken.always(stream ? Reply::streamHead().chunk(joined(test::openingSaid(first))).reset()
                                 : Reply::json(said.status, said.body));
            sound.always(answering(second, stream));
            QVERIFY(box.start());
            test::RawClient tool(box.port());
            asked(tool, box, Dialect(client), stream);
            QVERIFY2(tool.waitForResponses(1), tool.received().c_str());
            const std::string body = tool.body();
            const Heard heard =
                stream ? test::heardStream(Dialect(client), body) : test::heardWhole(Dialect(client), body);
            QVERIFY2(heard.flaw.empty() && !heard.failed, (heard.flaw + "\n" + body).c_str());
            QVERIFY2(heard.text == kText && heard.ended && heard.beginnings == 1, body.c_str());
            const ledger::RequestDetail row = box.onlyRow();
            QCOMPARE(int(row.request.ended->outcome), int(RequestOutcome::AnsweredByFallback));
            QCOMPARE(int(row.attempts.at(0).outcome), int(stream ? Outcome::CutOff : Outcome::RateLimited));
            QCOMPARE(broken.requestCount(), 1);
        }
    }

    void aResetBehindContentEndsInAnErrorEvent_data() { pairs(); }
    void aResetBehindContentEndsInAnErrorEvent()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect(provider), "a", upstream);
        upstream.always(begun(Dialect(provider)).wait("read").reset());
        QVERIFY(box.start());
        test::RawClient tool(box.port());
        asked(tool, box, Dialect(client), true);
        QVERIFY2(tool.waitForText("The quick "), tool.received().c_str());
        upstream.go("read");
        QVERIFY2(tool.waitForResponses(1), tool.received().c_str()); // it ends, and properly on the wire
        const Heard heard = test::heardStream(Dialect(client), tool.body());
        QVERIFY2(heard.flaw.empty() && heard.failed, tool.received().c_str());
        QVERIFY2(!heard.finished && !heard.ended && heard.text == "The quick ", tool.received().c_str());
        const ledger::RequestDetail row = box.onlyRow();
        QCOMPARE(int(row.request.ended->outcome), int(RequestOutcome::Interrupted));
        QCOMPARE(int(row.attempts.at(0).outcome), int(Outcome::CutOff));
    }

    void aToolThatHangsUpFreesItsProvider_data() { pairs(); }
    void aToolThatHangsUpFreesItsProvider()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect(provider), "a", upstream);
        upstream.always(begun(Dialect(provider)));
        QVERIFY(box.start());
        test::RawClient tool(box.port());
        asked(tool, box, Dialect(client), true);
        QVERIFY2(tool.waitForText("The quick "), tool.received().c_str());
        QCOMPARE(upstream.openConnections(), 1);
        tool.socket().abort();
        QTRY_COMPARE(upstream.openConnections(), 0);
        const ledger::RequestDetail row = box.onlyRow();
        QCOMPARE(int(row.attempts.at(0).outcome), int(Outcome::ClientGone));
        QVERIFY(row.attempts[0].usage.output > 0);
    }

    void whatIsNotServedIsRefusedInTheWordsOfItsNeighbours_data() { clients(); }
    void whatIsNotServedIsRefusedInTheWordsOfItsNeighbours()
    {
        QFETCH(int, client);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect::Chat, "a", upstream);
        QVERIFY(box.start());
        const Dialect dialect = Dialect(client);
        const std::string path(test::pathAsked(dialect));
        const std::string body = test::requestAsked(dialect, "demo", false, "A fox?");

        test::RawClient below(box.port());
        below.send(test::post(box.port(), body, path + "/nothing"));
        isRefused(below, dialect, 404, "not_served", "not_found_error", path + "/nothing");
        test::RawClient got(box.port());
        got.send(test::get(box.port(), path));
        isRefused(got, dialect, 405, "method_not_allowed", "invalid_request_error", "POST");
        QCOMPARE(upstream.requestCount(), 0);
    }

    void whoIsNotKnownIsRefused_data() { clients(); }
    void whoIsNotKnownIsRefused()
    {
        QFETCH(int, client);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect::Chat, "a", upstream);
        QVERIFY(box.start());
        const Dialect dialect = Dialect(client);
        std::string request = test::post(box.port(), test::requestAsked(dialect, "demo", true, "A fox?"),
                                         test::pathAsked(dialect));
        request.replace(request.find(test::kToken), test::kToken.size(), "sbx-somebody-else");
        test::RawClient stranger(box.port());
        stranger.send(request);
        isRefused(stranger, dialect, 401, "invalid_api_key", "authentication_error", "token");
        QVERIFY(stranger.received().find("sbx-somebody-else") == std::string::npos);

        std::string nobody = test::post(box.port(), "{}", test::pathAsked(dialect));
        const std::size_t field = nobody.find("Authorization");
        nobody.erase(field, nobody.find("\r\n", field) + 2 - field);
        test::RawClient bare(box.port());
        bare.send(nobody);
        isRefused(bare, dialect, 401, "missing_api_key", "authentication_error", "x-api-key");
        QCOMPARE(upstream.requestCount(), 0);
    }

    void whatCannotBeReadIsRefusedWithItsPlace_data() { clients(); }
    void whatCannotBeReadIsRefusedWithItsPlace()
    {
        QFETCH(int, client);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect::Chat, "a", upstream);
        QVERIFY(box.start());
        const Dialect dialect = Dialect(client);
        const std::string path(test::pathAsked(dialect));
        test::RawClient tool(box.port());
        tool.send(test::post(box.port(), "{\"model\":\"demo\",\n \"messages\": [}", path));
        isRefused(tool, dialect, 400, "invalid_request", "invalid_request_error", "line 2");
        const std::string body = tool.body();
        QVERIFY2(body.find("column 1") != std::string::npos, body.c_str());

        test::RawClient wordy(box.port());
        std::string text = test::post(box.port(), test::requestAsked(dialect, "demo", true, "x"), path);
        text.replace(text.find("application/json"), 16, "text/plain");
        wordy.send(text);
        isRefused(wordy, dialect, 415, "unsupported_content_type", "invalid_request_error",
                  "application/json");

        test::RawClient lost(box.port());
        asked(lost, box, dialect, true, "no-such-chain");
        isRefused(lost, dialect, 404, "model_not_found", "not_found_error", "demo");
        QCOMPARE(upstream.requestCount(), 0);
    }

    void anEarlierResponseNeedsAStepThatKeepsThem()
    {
        Box box;
        FakeUpstream chat;
        FakeUpstream responses;
        box.add(Dialect::Chat, "a", chat);
        chat.always(answering(Dialect::Chat, false));
        responses.always(answering(Dialect::Responses, false));
        const std::string body = test::requestAsked(Dialect::Responses, "demo", false, "And?",
                                                    ",\"previous_response_id\":\"resp_1\"");
        QVERIFY(box.start());
        test::RawClient tool(box.port());
        tool.send(test::post(box.port(), body, "/v1/responses"));
        isRefused(tool, Dialect::Responses, 400, "unsupported_parameter", "", "previous_response_id");
        QCOMPARE(chat.requestCount(), 0);

        box.stop(); // a second step speaks it: the first is passed over
        box.add(Dialect::Responses, "b", responses);
        QVERIFY(box.start());
        test::RawClient again(box.port());
        again.send(test::post(box.port(), body, "/v1/responses"));
        QVERIFY2(again.waitForResponses(1), again.received().c_str());
        QCOMPARE(again.statuses(), std::string("200"));
        QVERIFY(test::heardWhole(Dialect::Responses, again.body()).text == kText);
        QCOMPARE(chat.requestCount(), 0);
        QVERIFY(responses.seen().at(0).body.find("resp_1") != std::string::npos);
    }

    void tokensAreCountedByWhoWouldAnswer_data()
    {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("counted");
        QTest::newRow("it counts") << QByteArray("anthropic") << 200 << QByteArray("{\"input_tokens\":42}")
                                   << true;
        QTest::newRow("it fails") << QByteArray("anthropic") << 500 << QByteArray("{}") << false;
        QTest::newRow("it says something else")
            << QByteArray("anthropic") << 200 << QByteArray("{}") << false;
        QTest::newRow("it cannot") << QByteArray("anthropic-compatible") << 200
                                   << QByteArray("{\"input_tokens\":42}") << false;
    }
    void tokensAreCountedByWhoWouldAnswer()
    {
        QFETCH(QByteArray, preset);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, counted);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect::Messages, "a", upstream);
        box.config.providers.back().preset = preset.toStdString();
        box.demo().steps[0].set.emplace("temperature", json::Value::number("0.5"));
        upstream.always(Reply::json(status, body.toStdString()));
        QVERIFY(box.start());
        test::RawClient tool(box.port());
        tool.send(test::post(box.port(), test::requestAsked(Dialect::Messages, "demo", false, "A fox?"),
                             "/v1/messages/count_tokens"));
        QVERIFY2(tool.waitForResponses(1), tool.received().c_str());
        QCOMPARE(tool.statuses(), std::string("200"));
        QCOMPARE(tool.body() == "{\"input_tokens\":42}", counted);
        QVERIFY(tool.body().starts_with("{\"input_tokens\":"));
        QCOMPARE(tool.head().find("estimate: true") == std::string::npos, counted);
        if (preset == "anthropic") {
            const test::SeenRequest &seen = upstream.seen().at(0);
            QCOMPARE(seen.target, std::string("/v1/messages/count_tokens"));
            QCOMPARE(std::string(seen.headers.find("x-api-key").value_or("")), std::string(kKey));
            QVERIFY(seen.body.find("\"a-model\"") != std::string::npos);
            QVERIFY(seen.body.find("temperature") == std::string::npos);
        } else {
            QCOMPARE(upstream.requestCount(), 0);
        }
    }

    void aPictureToAChainThatCannotSeeIsRefused_data() { clients(); }
    void aPictureToAChainThatCannotSeeIsRefused()
    {
        QFETCH(int, client);
        Box box;
        FakeUpstream blind;
        FakeUpstream blinder;
        box.add(Dialect::Chat, "a", blind);
        box.add(Dialect::Messages, "b", blinder);
        for (config::StepConfig &step : box.demo().steps) {
            step.traits.images = false;
        }
        QVERIFY(box.start());
        const Dialect dialect = Dialect(client);
        test::RawClient tool(box.port());
        tool.send(test::post(box.port(), showing(dialect), test::pathAsked(dialect)));
        isRefused(tool, dialect, 400, "no_step_fits", "invalid_request_error", "image");
        QCOMPARE(blind.requestCount() + blinder.requestCount(), 0);
    }

    /// … and one that sees gets it, in its own dialect.
    void aPictureReachesAModelThatSees_data() { pairs(); }
    void aPictureReachesAModelThatSees()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Box box;
        FakeUpstream upstream;
        box.add(Dialect(provider), "a", upstream);
        box.demo().steps[0].traits.images = true;
        upstream.always(answering(Dialect(provider), false));
        QVERIFY(box.start());
        test::RawClient tool(box.port());
        tool.send(test::post(box.port(), showing(Dialect(client)), test::pathAsked(Dialect(client))));
        QVERIFY2(tool.waitForResponses(1), tool.received().c_str());
        QCOMPARE(tool.statuses(), std::string("200"));
        QVERIFY(upstream.seen().at(0).body.find(kPixel) != std::string::npos);
    }

private:
    static std::string showing(Dialect client)
    {
        const std::string url = "\"data:image/png;base64," + std::string(kPixel) + "\"";
        std::string body = "{\"model\":\"demo\",";
        if (client == Dialect::Responses) {
            return body
                   + "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":"
                   + url + "}]}]}";
        }
        body += "\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":[";
        body += client == Dialect::Chat ? "{\"type\":\"image_url\",\"image_url\":{\"url\":" + url + "}}"
                                        : "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_"
                                          "type\":\"image/png\",\"data\":\""
                                              + std::string(kPixel) + "\"}}";
        return body + "]}]}";
    }
};

SIGNALBOX_TEST(DialectsTest)
#include "dialects_test.moc"
