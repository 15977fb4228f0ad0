// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/complexity.h"

#include <array>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "tests/support/registry.h"

using namespace signalbox;
using routing::Complexity;

namespace {
struct Labelled {
    dialect::RequestTraits traits;
    Complexity label = Complexity::Simple;
};

std::optional<Complexity> labelOf(const QString &text)
{
    for (const Complexity level :
         {Complexity::Simple, Complexity::Standard, Complexity::Complex, Complexity::Reasoning}) {
        if (routing::toText(level) == text.toStdString()) {
            return level;
        }
    }
    return std::nullopt;
}

/// The labelled prompts; empty if one cannot be read. Labels were given before the scorer was made and are
/// not to be changed to please it.
std::vector<Labelled> prompts()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/complexity/prompts.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    std::vector<Labelled> all;
    const QJsonArray list = QJsonDocument::fromJson(file.readAll()).array();
    for (const QJsonValue &value : list) {
        const QJsonObject object = value.toObject();
        const auto text = [&](const char *key) {
            return object.value(QLatin1String(key)).toString().toStdString();
        };
        const auto number = [&](const char *key) { return object.value(QLatin1String(key)).toInt(); };
        const auto flag = [&](const char *key) { return object.value(QLatin1String(key)).toBool(); };
        const auto label = labelOf(object.value(QLatin1String("label")).toString());
        if (!label || text("text").empty()) {
            return {};
        }
        Labelled one{.label = *label};
        one.traits.lastUser = text("text");
        one.traits.system = text("system");
        one.traits.allText = one.traits.system + '\n' + one.traits.lastUser;
        one.traits.toolCount = number("tools");
        one.traits.tools = one.traits.toolCount > 0;
        one.traits.toolResults = number("toolResults");
        one.traits.turns = std::max(1, number("turns"));
        one.traits.jsonSchema = flag("schema");
        one.traits.images = flag("images");
        all.push_back(std::move(one));
    }
    return all;
}

struct Accuracy {
    std::array<std::array<int, 4>, 4> counts{}; ///< [label][scored]
    int all = 0;
    int exact = 0;
    int near = 0;

    void add(Complexity label, Complexity scored)
    {
        const int distance = std::abs(int(label) - int(scored));
        ++counts[std::size_t(label)][std::size_t(scored)];
        ++all;
        exact += distance == 0;
        near += distance <= 1;
    }
    void print(const char *name) const
    {
        qInfo("%s: %d prompts, exact %.1f %%, within one class %.1f %%", name, all, 100.0 * exact / all,
              100.0 * near / all);
        for (std::size_t label = 0; label < 4; ++label) {
            const auto &row = counts[label];
            qInfo("  %9s -> %3d simple %3d standard %3d complex %3d reasoning",
                  routing::toText(Complexity(label)).data(), row[0], row[1], row[2], row[3]);
        }
    }
};

dialect::RequestTraits asking(std::string text)
{
    return {.turns = 1, .lastUser = std::move(text)};
}
} // namespace

class ComplexityTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Prompts in even places were looked at while the scorer was tuned, those in odd places only counted.
    /// One hand wrote prompts and phrases, so strangers will do somewhat worse.
    void agreesWithTheLabels()
    {
        const std::vector<Labelled> all = prompts();
        QVERIFY(all.size() >= 220);
        std::array<Accuracy, 2> halves;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const routing::Scored scored = routing::score(all[i].traits);
            halves[i % 2].add(all[i].label, scored.level);
            if (qEnvironmentVariableIsSet("SIGNALBOX_SHOW_MISSES") && i % 2 == 0
                && scored.level != all[i].label) {
                std::string reasons;
                for (const std::string &reason : scored.reasons) {
                    reasons += "; " + reason;
                }
                qInfo("%s not %s: %s\n      %d%s", routing::toText(scored.level).data(),
                      routing::toText(all[i].label).data(), all[i].traits.lastUser.substr(0, 100).c_str(),
                      scored.points, reasons.c_str());
            }
        }
        halves[0].print("tuning half");
        halves[1].print("held-out half");
        for (const Accuracy &half : halves) {
            QVERIFY(half.near * 100 >= half.all * 85);
            QVERIFY(half.exact * 100 >= half.all * 55);
        }
    }

    void saysWhy()
    {
        const routing::Scored proof = routing::score(asking("Prove that there are infinitely many primes."));
        QCOMPARE(proof.level, Complexity::Reasoning);
        QVERIFY(!proof.reasons.empty());
        QCOMPARE(QByteArray::fromStdString(proof.reasons.front()), QByteArray("reasoning is asked for"));
        QVERIFY(routing::score(asking("hi")).reasons.empty());
    }

    void toolsAndTheirResultsMakeItHarder()
    {
        dialect::RequestTraits traits = asking("continue");
        const int plain = routing::score(traits).points;
        traits.tools = true;
        traits.toolCount = 14;
        const int offered = routing::score(traits).points;
        traits.toolResults = 9;
        QVERIFY(plain < offered);
        QVERIFY(offered < routing::score(traits).points);
        QCOMPARE(routing::score(traits).level, Complexity::Complex);
    }

    void materialAloneIsNotReasoning()
    {
        std::string text = "Is this English? Answer yes or no.\n\n";
        for (int i = 0; i < 200; ++i) {
            text += "He will prove the theorem by induction and derive the equation. ";
        }
        QVERIFY(routing::score(asking(text)).level <= Complexity::Standard);
    }

    void hugeAndOddTextsAreScoredToo()
    {
        routing::score(asking({}));
        routing::score(asking("\n\n\n```"));
        routing::score(asking(std::string(3, '\xE3')));
        std::string huge(4 << 20, 'x');
        QVERIFY(routing::score(asking(huge)).level < Complexity::Reasoning);
        huge.replace(0, 40, "Prove that there are infinitely many primes \n\n");
        QCOMPARE(routing::score(asking(huge)).level, Complexity::Reasoning);
        huge.replace(0, 46, std::string(46, 'x'));
        huge += "\n\nProve that there are infinitely many primes.";
        QVERIFY(routing::score(asking(huge)).level >= Complexity::Complex);
    }
};

SIGNALBOX_TEST(ComplexityTest)
#include "complexity_test.moc"
