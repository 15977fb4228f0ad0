// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/spend/price_table.h"

#include "core/record/spend/cost.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
base::WallTime day(int year, unsigned month, unsigned dayOfMonth)
{
    return base::WallTime(std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month)
                                                / std::chrono::day(dayOfMonth)));
}

config::TieredPrice priced(std::int64_t nano)
{
    config::TieredPrice price;
    price.base.input = base::TokenPrice{nano};
    return price;
}
} // namespace

class PriceTableTest : public QObject
{
    Q_OBJECT

    const base::WallTime m_now = day(2026, 11, 20);
    const spend::PriceTable m_shipped = spend::PriceTable::shipped();

private Q_SLOTS:
    void theShippedTableHasADate() { QCOMPARE(m_shipped.date(), std::string("2026-11-20")); }

    void theShippedTableSaysWhatTheVendorsSay_data()
    {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<qint64>("prompt");
        QTest::addColumn<qint64>("nano"); // of that prompt and a million tokens of output
        QTest::newRow("plain") << QByteArray("openai") << QByteArray("gpt-4o-mini") << qint64(100'000)
                               << qint64(615'000'000);
        QTest::newRow("short prompt")
            << QByteArray("openai") << QByteArray("gpt-5.4") << qint64(272'000) << qint64(15'680'000'000);
        QTest::newRow("long prompt") << QByteArray("openai") << QByteArray("gpt-5.4") << qint64(272'001)
                                     << qint64(23'860'005'000);
        QTest::newRow("haiku, long") << QByteArray("anthropic") << QByteArray("claude-haiku-5-5")
                                     << qint64(200'000) << qint64(2'600'000'000);
        QTest::newRow("grok from 200K on")
            << QByteArray("xai") << QByteArray("grok-4.7") << qint64(200'000) << qint64(12'800'000'000);
        QTest::newRow("reseller") << QByteArray("groq") << QByteArray("openai/gpt-oss-20b")
                                  << qint64(1'000'000) << qint64(375'000'000);
        QTest::newRow("simulated") << QByteArray("simulated") << QByteArray("anything") << qint64(1'000)
                                   << qint64(0);
    }
    void theShippedTableSaysWhatTheVendorsSay()
    {
        QFETCH(QByteArray, preset);
        QFETCH(QByteArray, model);
        QFETCH(qint64, prompt);
        QFETCH(qint64, nano);
        const auto quote = m_shipped.lookup(preset.constData(), model.toStdString(), {}, m_now);
        QVERIFY(quote);
        QCOMPARE(quote->version, std::string("2026-11-20"));
        const auto cost = spend::cost({.input = prompt, .output = 1'000'000}, quote->price);
        QVERIFY(cost);
        QCOMPARE(cost->nano, nano);
    }

    void namesAreNeverGuessed_data()
    {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<QByteArray>("model");
        QTest::newRow("newer of the family") << QByteArray("openai") << QByteArray("gpt-5.4-2027-01-01");
        QTest::newRow("shorter") << QByteArray("openai") << QByteArray("gpt-5.");
        QTest::newRow("other case") << QByteArray("openai") << QByteArray("GPT-5.4");
        QTest::newRow("another provider's") << QByteArray("mistral") << QByteArray("gpt-5.4");
        QTest::newRow("price by time of day") << QByteArray("deepseek") << QByteArray("deepseek-flash");
        QTest::newRow("unknown preset") << QByteArray("openai-compatible") << QByteArray("gpt-5.4");
    }
    void namesAreNeverGuessed()
    {
        QFETCH(QByteArray, preset);
        QFETCH(QByteArray, model);
        QVERIFY(!m_shipped.lookup(preset.constData(), model.toStdString(), {}, m_now));
    }

    void configuredPricesComeFirst()
    {
        config::ProviderConfig own;
        own.prices = {
            {"*", priced(1)}, {"gpt-*", priced(2)}, {"gpt-*-mini", priced(3)}, {"gpt-4o", priced(4)}};
        const auto nano = [&](const char *model) {
            const auto quote = m_shipped.lookup("openai", model, own, m_now);
            return quote && quote->version == "config" ? quote->price.base.input->nanoPerMillion : -1;
        };
        QCOMPARE(nano("gpt-4o"), 4);     // exact
        QCOMPARE(nano("gpt-5-mini"), 3); // the longest that matches
        QCOMPARE(nano("gpt-5"), 2);
        QCOMPARE(nano("o3"), 1);
        own.prices.erase("*");
        QCOMPARE(m_shipped.lookup("openai", "o3", own, m_now)->version, std::string("2026-11-20"));
    }

    void pricesHoldFromTheirFirstDayOn()
    {
        const auto input = [&](base::WallTime at) {
            return m_shipped.lookup("gemini", "gemini-3.8-flash", {}, at)->price.base.input->nanoPerMillion;
        };
        using namespace std::chrono_literals;
        QCOMPARE(input(day(2027, 1, 1) - 1us), 750'000'000);
        QCOMPARE(input(day(2027, 1, 1)), 1'500'000'000);
        const auto later = spend::PriceTable::fromJson(
            R"({"date":"2026-01-01","providers":{"p":{"m":[{"from":"2027-01-01","input":2},{"from":"2026-06-01","input":1}]}}})");
        QVERIFY(later);
        QVERIFY(!later->lookup("p", "m", {}, day(2026, 5, 31)));
        QCOMPARE(later->lookup("p", "m", {}, day(2026, 6, 1))->price.base.input->nanoPerMillion,
                 1'000'000'000);
    }

    void amountsAreReadAsDecimals()
    {
        const auto table = spend::PriceTable::fromJson(
            R"({"date":"2026-01-01","providers":{"p":{"m":{"input":0.0375 , "output": 123456789.123456789}}}})");
        QVERIFY(table);
        const auto quote = table->lookup("p", "m", {}, m_now);
        QCOMPARE(quote->price.base.input->nanoPerMillion, 37'500'000);
        QCOMPARE(quote->price.base.output->nanoPerMillion, 123'456'789'123'456'789);
    }

    void aBadTableIsRefusedWithThePlace_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *name, const char *json, const char *says) {
            QTest::newRow(name) << QByteArray(json) << QByteArray(says);
        };
        row("empty", "", "JSON");
        row("not JSON", "{", "");
        row("list", "[]", "object");
        row("no date", R"({"providers":{}})", "date");
        row("bad date", R"({"date":"2026-13-01"})", "date");
        row("negative", R"({"date":"2026-01-01","providers":{"p":{"m":{"input":-1}}}})", "p.m.input");
        row("exponent", R"({"date":"2026-01-01","providers":{"p":{"m":{"input":1e3}}}})", "p.m.input");
        row("text", R"({"date":"2026-01-01","providers":{"p":{"m":{"output":"1"}}}})", "p.m.output");
        row("null", R"({"date":"2026-01-01","providers":{"p":{"m":{"output":null}}}})", "p.m.output");
        row("tier without limit", R"({"date":"2026-01-01","providers":{"p":{"m":{"above":{"input":1}}}}})",
            "p.m.above");
        row("model is a number", R"({"date":"2026-01-01","providers":{"p":{"m":3}}})", "p.m");
        row("bad day", R"({"date":"2026-01-01","providers":{"p":{"m":{"from":"soon"}}}})", "p.m.from");
    }
    void aBadTableIsRefusedWithThePlace()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, says);
        const auto table = spend::PriceTable::fromJson(json.toStdString());
        QVERIFY(!table);
        QVERIFY2(table.error().message.find(says.toStdString()) != std::string::npos,
                 table.error().message.c_str());
    }
};

SIGNALBOX_TEST(PriceTableTest)
#include "price_table_test.moc"
