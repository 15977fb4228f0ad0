// SPDX-License-Identifier: GPL-3.0-or-later
// Documents that nobody would write: mutated bytes, values of the wrong type, keys where names belong.
#include "core/foundation/base/random.h"
#include "core/foundation/config/file/default_config.h"
#include "core/foundation/config/validate.h"
#include "core/foundation/json/writer.h"
#include "core/transfer/text/source_text.h"
#include "tests/support/registry.h"
#include "tests/unit/transfer/import_bench.h"

using namespace signalbox;
using namespace signalbox::test;
using json::Value;

namespace {
std::size_t below(base::Random &random, std::size_t limit)
{
    return static_cast<std::size_t>(random.next() % std::max<std::size_t>(limit, 1));
}

std::string mutated(std::string text, base::Random &random)
{
    static const std::vector<std::string> kPieces = {"{",    "}",   "[",    "]",     ":",  ",",  "\"", "'",
                                                     "&a ",  "*a ", "<<: ", "- ",    "\n", "  ", "|",  "#",
                                                     "\xFF", "\\",  "null", "1e999", "-",  "\t"};
    for (std::size_t i = 0; i <= below(random, 4); ++i) {
        const std::size_t at = below(random, text.size());
        switch (random.next() % 4) {
        case 0:
            text.insert(at, kPieces[below(random, kPieces.size())]);
            break;
        case 1:
            text.erase(at, below(random, 20));
            break;
        case 2:
            text.insert(at, text.substr(below(random, text.size()), below(random, 200)));
            break;
        default:
            if (at < text.size()) {
                text[at] = static_cast<char>(random.next());
            }
        }
    }
    return text;
}

void collect(Value &value, std::vector<Value *> &out)
{
    out.push_back(&value);
    for (Value &one : value.items()) {
        collect(one, out);
    }
    for (json::Member &one : value.members()) {
        collect(one.value, out);
    }
}

Value strange(base::Random &random)
{
    const std::vector<Value> values = {Value(),
                                       Value::boolean(true),
                                       Value::integer(-1),
                                       Value::number("1e300"),
                                       Value::string(""),
                                       Value::string("*"),
                                       Value::string(std::string(5'000, 'x')),
                                       Value::string("sk-test-strange-0001"),
                                       Value::string("\x01\n"),
                                       Value::array(),
                                       Value::object(),
                                       Value::array({Value::array({Value()})}),
                                       Value::string("https://sk-test-strange-0002@h/sk-test-strange-0003")};
    return values[below(random, values.size())];
}

/// What must hold whatever came in; empty if it does.
std::string mistakeIn(const transfer::Import &import)
{
    const auto merged = transfer::merge(config::defaultConfig(), import, shippedPresetList());
    if (!merged) {
        return "merge: " + merged.error().message;
    }
    for (const config::Mistake &mistake : config::validate(merged->config)) {
        if (!mistake.warning) {
            return mistake.path + ": " + mistake.message;
        }
    }
    for (const auto &[name, secret] : merged->secrets) {
        if (secret.empty() || !config::isValidId(name.substr(name.find('/') + 1))) {
            return "secret " + name;
        }
    }
    return {};
}
} // namespace

class TransferHostileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mutatedDocumentsGiveAnErrorOrAValidConfiguration()
    {
        base::Random random(20'261'121);
        int read = 0;
        for (const std::string &name : importFixtures()) {
            const std::string original = importFixture(name);
            for (int i = 0; i < 120; ++i) {
                const std::string text = mutated(original, random);
                const auto format = i % 2 == 0 ? std::nullopt : transfer::detectFormat(original);
                const auto import = transfer::importText(text, format, shippedPresetList());
                if (!import) {
                    QVERIFY(!import.error().message.empty());
                    continue;
                }
                ++read;
                const std::string mistake = mistakeIn(*import);
                QVERIFY2(mistake.empty(), (name + ": " + mistake + "\n" + text).c_str());
            }
        }
        QVERIFY2(read > 100, std::to_string(read).c_str()); // else the mutations only test the parsers
    }

    void anyDocumentMayBeReadAsAnyFormat()
    {
        for (const std::string &name : importFixtures()) {
            for (int format = 0; format <= static_cast<int>(transfer::Format::Signalbox); ++format) {
                const auto import = transfer::importText(
                    importFixture(name), static_cast<transfer::Format>(format), shippedPresetList());
                const std::string mistake = import ? mistakeIn(*import) : std::string();
                QVERIFY2(mistake.empty(), (name + ": " + mistake).c_str());
                if (import && name != "variables.env") {
                    QVERIFY2((reportText(import->report) + configText(*import)).find("sk-test")
                                 == std::string::npos,
                             name.c_str());
                }
            }
        }
    }

    /// Values go where others stood, keys among them: none may come out anywhere but as a key.
    void valuesInWrongPlacesNeverBringAKeyOut()
    {
        base::Random random(7);
        for (const std::string &name : importFixtures()) {
            const std::string text = importFixture(name);
            const bool yaml = name.ends_with(".yaml");
            const auto tree = yaml ? transfer::readYaml(text) : transfer::readJson(text);
            if (!tree) {
                continue; // the variables
            }
            const auto format = transfer::detectFormat(text);
            for (int i = 0; i < 200; ++i) {
                Value changed = *tree;
                std::vector<Value *> places;
                collect(changed, places);
                Value &one = *places[1 + below(random, places.size() - 1)];
                const Value other = *places[1 + below(random, places.size() - 1)];
                one = i % 2 == 0 ? strange(random) : other;
                const std::string written = json::writeCompact(changed);
                const auto import = transfer::importText(written, format, shippedPresetList());
                QVERIFY2(import, name.c_str());
                const std::string mistake = mistakeIn(*import);
                QVERIFY2(mistake.empty(), (name + ": " + mistake + "\n" + written).c_str());
                if (format != transfer::Format::Signalbox) {
                    const std::string out = reportText(import->report) + configText(*import);
                    QVERIFY2(out.find("sk-test") == std::string::npos, (out + "\n" + written).c_str());
                }
            }
        }
    }

    void manyChannelsAreTakenUpToALimit()
    {
        std::string text = "[";
        for (int i = 0; i < 6'000; ++i) {
            text += (i > 0 ? "," : "") + std::string("{\"type\": 8, \"base_url\": \"https://h")
                    + std::to_string(i) + ".example.com\", \"models\": \"m" + std::to_string(i) + "\"}";
        }
        const auto import = transfer::importText(text + "]", {}, shippedPresetList());
        QVERIFY(import);
        QVERIFY(import->chains.size() <= 2'000 && import->providers.size() <= 5'000);
        QVERIFY(reports(import->report, transfer::ReportLine::Kind::NotTaken, "more to say"));
    }
};

SIGNALBOX_TEST(TransferHostileTest)
#include "transfer_hostile_test.moc"
