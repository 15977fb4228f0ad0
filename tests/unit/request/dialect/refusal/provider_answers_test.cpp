// SPDX-License-Identifier: GPL-3.0-or-later
// Every refusal in tests/data/provider_errors, one file per provider, is understood. All of them are read at
// the same moment: 2026-11-20 12:00 UTC, 1795176000 seconds after 1970.
#include <set>

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "core/request/dialect/refusal/reset_hint.h"
#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using namespace std::chrono_literals;

namespace {
const base::WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 12h;

const QStringList kProviders = {
    QStringLiteral("openai"),     QStringLiteral("anthropic"), QStringLiteral("gemini"),
    QStringLiteral("azure"),      QStringLiteral("groq"),      QStringLiteral("mistral"),
    QStringLiteral("deepseek"),   QStringLiteral("ollama"),    QStringLiteral("llama_cpp"),
    QStringLiteral("openrouter"), QStringLiteral("vllm")};

/// What a provider's refusal may come to; the other outcomes are seen on the wire or in an answer.
constexpr Outcome kOfRefusals[] = {Outcome::RateLimited,   Outcome::QuotaSpent,     Outcome::KeyRefused,
                                   Outcome::ModelMissing,  Outcome::ContextTooLong, Outcome::BadRequest,
                                   Outcome::Refused,       Outcome::ServerFailed,   Outcome::Garbled,
                                   Outcome::BrokenToolCall};

const QStringList kKeys = {
    QStringLiteral("body"),  QStringLiteral("headers"), QStringLiteral("messageContains"),
    QStringLiteral("name"),  QStringLiteral("outcome"), QStringLiteral("retryAfterMs"),
    QStringLiteral("status")};

struct Case {
    int status = 0;
    http::Headers headers;
    std::string body;
    std::string outcome;
    double retryAfterMs = -1; ///< no answer
    std::string says;
};

struct File {
    QString name;
    QJsonArray cases;
    QStringList mistakes;
};

File load(const QFileInfo &info)
{
    File file{info.completeBaseName(), {}, {}};
    QFile raw(info.filePath());
    QJsonParseError error;
    const QJsonDocument document =
        QJsonDocument::fromJson(raw.open(QIODevice::ReadOnly) ? raw.readAll() : QByteArray(), &error);
    file.cases = document.array();
    if (file.cases.isEmpty()) {
        file.mistakes << file.name + QStringLiteral(" has no cases: ") + error.errorString();
    }
    for (const QJsonValue one : std::as_const(file.cases)) {
        const QJsonObject object = one.toObject();
        const QString name = file.name + QStringLiteral(": ") + object[QStringLiteral("name")].toString();
        if (object.keys() != kKeys) {
            file.mistakes << name + QStringLiteral(" has other members: ") + object.keys().join(u' ');
        }
        const QString outcome = object[QStringLiteral("outcome")].toString();
        if (!events::outcomeFromText(outcome.toStdString())) {
            file.mistakes << name + QStringLiteral(" names no outcome: ") + outcome;
        }
    }
    return file;
}

std::vector<File> loadAll()
{
    std::vector<File> files;
    const QDir folder(QStringLiteral(SIGNALBOX_TEST_DATA "/provider_errors"));
    const QFileInfoList all = folder.entryInfoList(QDir::Files);
    std::ranges::transform(all, std::back_inserter(files), load);
    return files;
}

Case read(const QJsonObject &object)
{
    Case one;
    one.status = object[QStringLiteral("status")].toInt();
    const QJsonObject headers = object[QStringLiteral("headers")].toObject();
    for (const QString &name : headers.keys()) {
        one.headers.add(name.toStdString(), headers[name].toString().toStdString());
    }
    const QJsonValue body = object[QStringLiteral("body")];
    one.body = body.isString()  ? body.toString().toStdString()
               : body.isArray() ? QJsonDocument(body.toArray()).toJson(QJsonDocument::Compact).toStdString()
                                : QJsonDocument(body.toObject()).toJson(QJsonDocument::Compact).toStdString();
    one.outcome = object[QStringLiteral("outcome")].toString().toStdString();
    one.retryAfterMs = object[QStringLiteral("retryAfterMs")].toDouble(-1);
    one.says = object[QStringLiteral("messageContains")].toString().toStdString();
    return one;
}
} // namespace

Q_DECLARE_METATYPE(Case)

class ProviderAnswersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFileHasCasesThatNameAnOutcome()
    {
        QStringList mistakes;
        QStringList names;
        for (const File &file : loadAll()) {
            mistakes << file.mistakes;
            names << file.name;
        }
        QVERIFY2(mistakes.isEmpty(), qPrintable(mistakes.join(u'\n')));
        for (const QString &provider : kProviders) {
            QVERIFY2(names.contains(provider), qPrintable(provider));
        }
    }

    void everyOutcomeOfARefusalOccurs()
    {
        std::set<std::string> met;
        for (const File &file : loadAll()) {
            for (const QJsonValue one : file.cases) {
                met.insert(one.toObject()[QStringLiteral("outcome")].toString().toStdString());
            }
        }
        for (const Outcome outcome : kOfRefusals) {
            QVERIFY2(met.erase(std::string(events::toText(outcome))) == 1, events::toText(outcome).data());
        }
        QVERIFY2(met.empty(), met.empty() ? "" : met.begin()->c_str());
    }

    void understandsEveryAnswer_data()
    {
        QTest::addColumn<Case>("one");
        for (const File &file : loadAll()) {
            for (const QJsonValue value : file.cases) {
                const QJsonObject object = value.toObject();
                const QString name =
                    file.name + QStringLiteral(": ") + object[QStringLiteral("name")].toString();
                QTest::newRow(qPrintable(name)) << read(object);
            }
        }
    }
    void understandsEveryAnswer()
    {
        QFETCH(Case, one);
        const dialect::ProviderError error = dialect::readProviderError(one.body, one.headers);
        QVERIFY2(error.message.find(one.says) != std::string::npos, error.message.c_str());
        const Outcome outcome = dialect::classify(one.status, error);
        QCOMPARE(std::string(events::toText(outcome)), one.outcome);
        const auto hint = dialect::resetHint(one.headers, error, outcome, kNow);
        QCOMPARE(hint ? std::floor(base::toMs(*hint)) : -1, one.retryAfterMs);
    }
};

SIGNALBOX_TEST(ProviderAnswersTest)
#include "provider_answers_test.moc"
