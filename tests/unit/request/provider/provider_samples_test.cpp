// SPDX-License-Identifier: GPL-3.0-or-later
// Every shipped preset against a provider over real sockets that behaves as that kind is known to
// (tests/data/providers, one file per preset): where it is asked and with which key, what it answers and
// streams, how it limits, what it lists.
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "core/request/chain/attempt_run.h"
#include "core/request/provider/models/model_list.h"
#include "core/request/provider/outgoing_request.h"
#include "core/request/upstream/transport.h"
#include "tests/support/attempt_recorder.h"
#include "tests/support/dialect/client_hears.h"
#include "tests/support/dialect/provider_says.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using test::Reply;

namespace {
/// Provider's errors name moments of this day.
const base::WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 12h;

std::string text(const QJsonValue &value)
{
    return value.toString().toStdString();
}

std::string bytes(const QJsonValue &value)
{
    const QJsonDocument document =
        value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return document.toJson(QJsonDocument::Compact).toStdString();
}

QString nameOf(const provider::Preset &preset)
{
    return QStringLiteral(SIGNALBOX_TEST_DATA "/providers/") + QString::fromStdString(preset.id)
           + QStringLiteral(".json");
}

struct Ended final : chain::AttemptRunObserver {
    void onContent() override {}
    void onReady() override { run->show(); }
    void onRelay(std::string_view bytes) override { relayed += bytes; }
    void onEnd(chain::AttemptReport ended) override { report = std::move(ended); }
    chain::AttemptRun *run = nullptr;
    std::string relayed;
    std::optional<chain::AttemptReport> report;
};
} // namespace

class ProviderSamplesTest : public QObject
{
    Q_OBJECT

private:
    const provider::PresetList presets = provider::PresetList::shipped();
    test::FakeClock clock;
    std::unique_ptr<upstream::Transport> transport;
    std::unique_ptr<test::FakeUpstream> upstream;
    provider::Target target;
    QJsonObject sample;

    struct Attempts final : provider::AttemptFactory {
        explicit Attempts(upstream::Transport &over) : transport(over) {}
        std::unique_ptr<upstream::Attempt> make(const provider::Target &, upstream::WireRequest request,
                                                const upstream::WireLimits &limits,
                                                upstream::AttemptObserver &observer) override
        {
            return transport.make(std::move(request), limits, observer);
        }
        upstream::Transport &transport;
    };

    void rows()
    {
        QTest::addColumn<std::string>("id");
        for (const provider::Preset &preset : presets.all()) {
            if (!preset.simulated) {
                QTest::newRow(preset.id.c_str()) << preset.id;
            }
        }
    }

    /// False: the row has no such part.
    bool begin(const char *part)
    {
        QFETCH(std::string, id);
        const provider::Preset &preset = *presets.find(id);
        QFile file(nameOf(preset));
        sample =
            file.open(QFile::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
        upstream = std::make_unique<test::FakeUpstream>();
        config::ProviderConfig config{.id = "p", .preset = id};
        config.baseUrl = upstream->origin().text() + preset.basePath;
        if (id == "vertex") { // everybody's own path
            config.baseUrl += "/v1/projects/p/locations/global";
        }
        const auto made = provider::makeTarget(config, preset);
        if (made) {
            target = *made;
        }
        return made && sample.contains(QLatin1String(part));
    }

    static base::SecretString key() { return base::SecretString(std::string("k-1")); }

    base::Result<upstream::WireRequest> request(std::string_view dialect, bool stream)
    {
        const std::string model = text(sample[QStringLiteral("model")]);
        return provider::apiRequest(target, key(), {}, {*base::dialectFromText(dialect), model, stream},
                                    "{}");
    }

    void send(upstream::WireRequest request)
    {
        test::AttemptRecorder facts;
        const auto attempt = transport->make(std::move(request), {}, facts);
        attempt->start();
        QTRY_VERIFY(facts.ended());
        QCOMPARE(facts.body, std::string("{}"));
    }

    /// What an attempt makes of what the upstream has been told to say. The client speaks chat.
    chain::AttemptReport run(chain::Travel travel, std::string *relayed = nullptr,
                             base::Dialect dialect = base::Dialect::Chat)
    {
        Attempts attempts(*transport);
        dialect::ChatFactsReader reader;
        Ended ended;
        const bool stream = travel == chain::Travel::Stream;
        chain::AttemptPlan plan;
        plan.target = &target;
        plan.request = request(base::toText(dialect), stream).value_or(upstream::WireRequest());
        plan.travel = travel;
        plan.terms.provider = dialect;
        plan.terms.context = {.id = "r1", .now = 1, .usageAsked = true};
        plan.limits = {.connect = 5s, .content = 20s, .idle = 30s, .total = 60s};
        chain::AttemptRun attempt({clock, attempts, reader}, std::move(plan), ended);
        ended.run = &attempt;
        attempt.start();
        [&] { QTRY_VERIFY(ended.report); }();
        if (relayed) {
            *relayed = ended.relayed;
        }
        return std::move(ended.report).value_or(chain::AttemptReport());
    }

    static std::string fieldsOf(const http::Headers &headers)
    {
        static const std::vector<std::string> kCredentials{"authorization",     "x-api-key",
                                                           "api-key",           "x-goog-api-key",
                                                           "x-portkey-api-key", "anthropic-version"};
        std::string all;
        for (const std::string &name : kCredentials) {
            if (const auto value = headers.find(name)) {
                all += name + ": " + std::string(*value) + "\n";
            }
        }
        return all;
    }

    static std::string fieldsOf(const QJsonValue &fields)
    {
        http::Headers headers;
        const QJsonObject members = fields.toObject();
        for (auto it = members.begin(); it != members.end(); ++it) {
            headers.add(it.key().toStdString(), text(it.value()));
        }
        return fieldsOf(headers);
    }

    static void compareUsage(const std::optional<events::TokenUsage> &usage, const QJsonValue &expected)
    {
        QVERIFY(usage);
        QCOMPARE(usage->input, expected[QLatin1String("input")].toInteger());
        QCOMPARE(usage->cachedInput, expected[QLatin1String("cachedInput")].toInteger());
        QCOMPARE(usage->output, expected[QLatin1String("output")].toInteger());
        QCOMPARE(usage->cacheWrite, expected[QLatin1String("cacheWrite")].toInteger());
        QCOMPARE(usage->cacheWrite1h, expected[QLatin1String("cacheWrite1h")].toInteger());
        QCOMPARE(usage->reasoning, expected[QLatin1String("reasoning")].toInteger());
    }

    /// The conversation dialects it speaks.
    std::vector<base::Dialect> conversations() const
    {
        std::vector<base::Dialect> out;
        for (const provider::Speaks &one : target.speaks) {
            if (base::isConversation(one.dialect)) {
                out.push_back(one.dialect);
            }
        }
        return out;
    }

    /// The upstream answers; the attempt must be judged an answer, and a chat client read it.
    chain::AttemptReport answered(Reply reply, base::Dialect dialect, bool stream, const std::string &text)
    {
        upstream->always(std::move(reply));
        std::string relayed;
        chain::AttemptReport report =
            run(stream ? chain::Travel::Stream : chain::Travel::Whole, &relayed, dialect);
        const std::string who(base::toText(dialect));
        [&] {
            QVERIFY2(report.judgement.outcome == events::Outcome::Answered,
                     (who + ": " + report.judgement.detail).c_str());
            const test::Heard heard = stream ? test::heardStream(base::Dialect::Chat, relayed + report.held)
                                             : test::heardWhole(base::Dialect::Chat, report.body);
            QVERIFY2(heard.flaw.empty() && heard.ended && heard.text == text,
                     (who + ": " + heard.flaw + "\n" + relayed + report.held + report.body).c_str());
        }();
        return report;
    }

private Q_SLOTS:
    void initTestCase() { clock.jumpWall(kNow - clock.wallNow()); }
    void init() { transport = std::make_unique<upstream::Transport>(clock); }
    void cleanup() { transport.reset(); }

    void everyPresetHasItsSample()
    {
        for (const provider::Preset &preset : presets.all()) {
            QVERIFY2(preset.simulated || QFile::exists(nameOf(preset)), preset.id.c_str());
        }
    }

    void isAskedWhereAndHowItWantsToBe_data() { rows(); }
    void isAskedWhereAndHowItWantsToBe()
    {
        QVERIFY(begin("requests"));
        std::vector<std::string> spoken;
        for (const QJsonValue &one : sample[QStringLiteral("requests")].toArray()) {
            const std::string dialect = text(one[QLatin1String("dialect")]);
            spoken.push_back(dialect);
            auto made = request(dialect, one[QLatin1String("stream")].toBool());
            QVERIFY2(made, dialect.c_str());
            upstream->always(Reply::json(200, "{}"));
            send(*std::move(made));
            const test::SeenRequest &seen = upstream->seen().back();
            QCOMPARE(seen.method, std::string("POST"));
            QCOMPARE(QByteArray::fromStdString(seen.target),
                     QByteArray::fromStdString(text(one[QLatin1String("path")])));
            QCOMPARE(QByteArray::fromStdString(fieldsOf(seen.headers)),
                     QByteArray::fromStdString(fieldsOf(one[QLatin1String("headers")])));
        }
        for (const provider::Speaks &speaks : target.speaks) { // each has its line in the sample
            QVERIFY2(std::ranges::find(spoken, toText(speaks.dialect)) != spoken.end(),
                     std::string(toText(speaks.dialect)).c_str());
        }
    }

    void itsAnswerIsUsedAndBilled_data() { rows(); }
    void itsAnswerIsUsedAndBilled()
    {
        if (!begin("answer")) {
            QVERIFY(!target.speaking(base::Dialect::Chat) || target.speaks.empty());
            return;
        }
        const QJsonObject answer = sample[QStringLiteral("answer")].toObject();
        upstream->always(
            Reply::json(200, text(answer[QStringLiteral("before")]) + bytes(answer[QStringLiteral("body")])));
        const chain::AttemptReport report = run(chain::Travel::Whole);
        QVERIFY2(report.judgement.outcome == events::Outcome::Answered, report.judgement.detail.c_str());
        compareUsage(report.usage, answer[QStringLiteral("usage")]);
        QCOMPARE(QByteArray::fromStdString(report.model),
                 answer[QStringLiteral("body")][QLatin1String("model")].toString().toUtf8());
    }

    void itsStreamIsUsedAndBilled_data() { rows(); }
    void itsStreamIsUsedAndBilled()
    {
        if (!begin("stream")) {
            return;
        }
        const QJsonObject stream = sample[QStringLiteral("stream")].toObject();
        Reply reply = Reply::streamHead();
        std::string all;
        for (const QJsonValue &line : stream[QStringLiteral("lines")].toArray()) {
            all += text(line) + "\n";
        }
        upstream->always(reply.chunk(all).lastChunk());
        std::string relayed;
        const chain::AttemptReport report = run(chain::Travel::Stream, &relayed);
        QVERIFY2(report.judgement.outcome == events::Outcome::Answered, report.judgement.detail.c_str());
        compareUsage(report.usage, stream[QStringLiteral("usage")]);
        QVERIFY(relayed.find("Hi") != std::string::npos);
        QVERIFY(relayed.find("[DONE]") != std::string::npos);
        QVERIFY(relayed.find("PROCESSING") == std::string::npos);
    }

    void itsLimitsAreUnderstood_data() { rows(); }
    void itsLimitsAreUnderstood()
    {
        QVERIFY(begin("limited"));
        const QJsonObject limited = sample[QStringLiteral("limited")].toObject();
        const QJsonObject fields = limited[QStringLiteral("headers")].toObject();
        const std::string body = bytes(limited[QStringLiteral("body")]);
        std::string head = "HTTP/1.1 " + std::to_string(limited[QStringLiteral("status")].toInt())
                           + " Limited\r\ncontent-type: application/json\r\ncontent-length: "
                           + std::to_string(body.size()) + "\r\n";
        for (auto it = fields.begin(); it != fields.end(); ++it) {
            head += it.key().toStdString() + ": " + text(it.value()) + "\r\n";
        }
        upstream->always(Reply().send(head + "\r\n" + body));
        for (const base::Dialect dialect : conversations()) { // a refusal reads the same in every one
            const chain::AttemptReport report = run(chain::Travel::Whole, nullptr, dialect);
            QCOMPARE(QByteArray::fromStdString(std::string(toText(report.judgement.outcome))),
                     limited[QStringLiteral("outcome")].toString().toUtf8());
            const QJsonValue wait = limited[QStringLiteral("retryAfterMs")];
            QCOMPARE(report.retryAfter.has_value(), !wait.isNull());
            QCOMPARE(qRound64(base::toMs(report.retryAfter.value_or(0s))), wait.toInteger());
            QVERIFY2(report.facts.problem.message != "no explanation given", body.c_str());
        }
    }

    void answersInEveryDialectItSpeaks_data() { rows(); }
    void answersInEveryDialectItSpeaks()
    {
        QVERIFY(begin("requests"));
        QVERIFY(!conversations().empty());
        for (const base::Dialect dialect : conversations()) {
            Reply stream = Reply::streamHead();
            for (const std::string &event : test::streamSaid(dialect, {"H", "i"})) {
                stream.chunk(event);
            }
            for (const bool streams : {false, true}) {
                const chain::AttemptReport report = answered(
                    streams ? Reply(stream).lastChunk() : Reply::json(200, test::wholeSaid(dialect, "Hi")),
                    dialect, streams, "Hi");
                QVERIFY(report.usage);
                QCOMPARE(report.usage->prompt(), std::int64_t{test::kPromptTokens});
                QCOMPARE(report.usage->output, std::int64_t{test::kOutputTokens});
            }
            upstream->always(Reply::streamHead().chunk(test::failureSaid(dialect)).lastChunk());
            const chain::AttemptReport failed = run(chain::Travel::Stream, nullptr, dialect);
            QCOMPARE(int(failed.judgement.outcome), int(events::Outcome::ServerFailed));
        }
    }

    /// … and in its own words, where the dialect it knows best is not chat.
    void saysItInItsOwnWords_data() { rows(); }
    void saysItInItsOwnWords()
    {
        const bool given = begin("said");
        QVERIFY(!target.speaks.empty());
        const base::Dialect best = target.speaks.front().dialect;
        const QJsonArray all = sample[QStringLiteral("said")].toArray();
        QVERIFY(best == base::Dialect::Chat || (given && std::ranges::any_of(all, [&](const QJsonValue &one) {
                                                    return text(one[QLatin1String("dialect")])
                                                           == base::toText(best);
                                                })));
        for (const QJsonValue &one : all) {
            const base::Dialect dialect = *base::dialectFromText(text(one[QLatin1String("dialect")]));
            std::string lines;
            for (const QJsonValue &line : one[QLatin1String("lines")].toArray()) {
                lines += text(line) + "\n";
            }
            for (const bool streams : {false, true}) {
                const chain::AttemptReport report =
                    answered(streams ? Reply::streamHead().chunk(lines).lastChunk()
                                     : Reply::json(200, bytes(one[QLatin1String("body")])),
                             dialect, streams, "Hi");
                compareUsage(report.usage, one[QLatin1String("usage")]);
                QCOMPARE(report.model, text(one[QLatin1String("model")]));
            }
        }
    }

    void itsModelsAreRead_data() { rows(); }
    void itsModelsAreRead()
    {
        if (!begin("models")) {
            QVERIFY(target.modelsPath.empty());
            return;
        }
        const QJsonObject models = sample[QStringLiteral("models")].toObject();
        upstream->always(Reply::json(200, "{}"));
        send(*provider::modelsRequest(target, key()));
        const test::SeenRequest &seen = upstream->seen().back();
        QCOMPARE(seen.method, std::string("GET"));
        QCOMPARE(QByteArray::fromStdString(seen.target), models[QStringLiteral("path")].toString().toUtf8());
        QCOMPARE(QByteArray::fromStdString(fieldsOf(seen.headers)),
                 QByteArray::fromStdString(fieldsOf(models[QStringLiteral("headers")])));
        const auto listed = provider::readModelList(bytes(models[QStringLiteral("body")]));
        const QJsonArray ids = models[QStringLiteral("ids")].toArray();
        QCOMPARE(qsizetype(listed.size()), ids.size());
        for (qsizetype i = 0; i < ids.size(); ++i) {
            const provider::ListedModel &one = listed[std::size_t(i)];
            QCOMPARE(QByteArray::fromStdString(one.id), ids[i].toString().toUtf8());
            QCOMPARE(one.contextTokens, models[QStringLiteral("context")][ids[i].toString()].toInteger());
        }
    }
};

SIGNALBOX_TEST(ProviderSamplesTest)
#include "provider_samples_test.moc"
