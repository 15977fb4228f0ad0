// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/schema.h"

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
std::string cleaned(std::string_view schema)
{
    return json::writeCompact(gemini::openApiSchema(json::readTree(schema).value_or(json::Value())));
}

struct Case {
    const char *schema;
    const char *expected;
};
constexpr Case kCases[] = {
    {R"({"$schema":"x","type":"object","additionalProperties":false,"properties":{"a":{"type":"integer","default":1}},"required":["a"]})",
     R"({"type":"OBJECT","properties":{"a":{"type":"INTEGER"}},"required":["a"]})"},
    {R"({"type":["string","null"],"format":"uri"})", R"({"nullable":true,"type":"STRING"})"},
    {R"({"const":"x"})", R"({"type":"STRING","enum":["x"]})"},
    {R"({"anyOf":[{"type":"number"},{"type":"null"}],"description":"d"})",
     R"({"description":"d","nullable":true,"type":"NUMBER"})"},
    {R"({"oneOf":[{"type":"string"},{"type":"boolean"}]})",
     R"({"anyOf":[{"type":"STRING"},{"type":"BOOLEAN"}]})"},
    {R"({"type":"array","items":{"$ref":"#/$defs/a"},"$defs":{"a":{"enum":["p","q",null]}}})",
     R"({"type":"ARRAY","items":{"nullable":true,"type":"STRING","enum":["p","q"]}})"},
    {R"({"$ref":"#/nowhere"})", R"({"type":"OBJECT"})"},
    {R"({"$ref":"#"})", R"({"type":"OBJECT"})"},
    {R"({})", R"({"type":"OBJECT"})"},
    {R"({"allOf":[{"type":"object"},{"properties":{"b":{"type":"string"}}}]})",
     R"({"type":"OBJECT","properties":{"b":{"type":"STRING"}}})"},
};

const char *const kEndless =
    R"({"type":"object","properties":{"left":{"$ref":"#/$defs/n"},"right":{"$ref":"#/$defs/n"}},
    "$defs":{"n":{"properties":{"left":{"$ref":"#/$defs/n"},"right":{"$ref":"#/$defs/n"}}}}})";
} // namespace

class GeminiSchemaTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatOpenApiCanSay()
    {
        for (const Case &one : kCases) {
            QCOMPARE(cleaned(one.schema), std::string(one.expected));
        }
    }

    void comesToAnEndWithASchemaThatHasNone()
    {
        const std::string out = cleaned(kEndless);
        QVERIFY(out.size() > 1000 && out.size() < 5'000'000);
    }
};

SIGNALBOX_TEST(GeminiSchemaTest)
#include "gemini_schema_test.moc"
