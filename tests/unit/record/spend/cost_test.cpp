// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/spend/cost.h"

#include <limits>

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

std::optional<base::TokenPrice> usd(const char *text)
{
    return base::TokenPrice{base::parseDollars(text)->nano};
}

config::TieredPrice sonnet()
{
    config::TieredPrice price;
    price.base = {usd("3"), usd("0.3"), usd("3.75"), usd("6"), usd("15")};
    price.aboveTokens = 200'000;
    price.above = {usd("6"), usd("0.6"), usd("7.5"), usd("12"), usd("22.5")};
    return price;
}
} // namespace

class CostTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsEveryClassAtItsPrice()
    {
        const events::TokenUsage usage{.input = 1000,
                                       .cachedInput = 10'000,
                                       .cacheWrite = 100,
                                       .cacheWrite1h = 10,
                                       .output = 500,
                                       .reasoning = 400};
        // 3000 + 3000 + 375 + 60 + 7500 micro-dollars
        QCOMPARE(spend::cost(usage, sonnet())->nano, 13'935'000);
    }

    void aLongPromptIsBilledWholeByItsTier_data()
    {
        QTest::addColumn<qint64>("input");
        QTest::addColumn<qint64>("cached");
        QTest::addColumn<qint64>("nano");
        QTest::newRow("at the limit") << qint64(100'000) << qint64(100'000) << qint64(345'000'000);
        QTest::newRow("one above, by the cached part")
            << qint64(100'000) << qint64(100'001) << qint64(682'500'600);
    }
    void aLongPromptIsBilledWholeByItsTier()
    {
        QFETCH(qint64, input);
        QFETCH(qint64, cached);
        QFETCH(qint64, nano);
        const events::TokenUsage usage{.input = input, .cachedInput = cached, .output = 1000};
        QCOMPARE(spend::cost(usage, sonnet())->nano, nano);
    }

    void roundsOnceHalfUp_data()
    {
        QTest::addColumn<qint64>("price"); // nano-dollars per million tokens
        QTest::addColumn<qint64>("tokens");
        QTest::addColumn<qint64>("nano");
        QTest::newRow("below half") << qint64(499'999) << qint64(1) << qint64(0);
        QTest::newRow("half") << qint64(500'000) << qint64(1) << qint64(1);
        QTest::newRow("one and a half") << qint64(1'500'000) << qint64(1) << qint64(2);
        QTest::newRow("exact") << qint64(2'000'000) << qint64(3) << qint64(6);
    }
    void roundsOnceHalfUp()
    {
        QFETCH(qint64, price);
        QFETCH(qint64, tokens);
        QFETCH(qint64, nano);
        config::TieredPrice tiered;
        tiered.base.input = base::TokenPrice{price};
        QCOMPARE(spend::cost({.input = tokens}, tiered)->nano, nano);
    }

    void roundsTheSumAndNotItsParts()
    {
        config::TieredPrice price;
        price.base.input = base::TokenPrice{300'000};
        price.base.output = base::TokenPrice{300'000};
        QCOMPARE(spend::cost({.input = 1, .output = 1}, price)->nano, 1); // 0.3 + 0.3
    }

    void tokensWithoutAPriceMakeItUnknown()
    {
        config::TieredPrice price;
        price.base.input = usd("1");
        QCOMPARE(spend::cost({.input = 5}, price)->nano, 5000);
        QVERIFY(!spend::cost({.input = 5, .output = 1}, price));
        QVERIFY(!spend::cost({.input = 5, .cachedInput = 1}, price));
        QVERIFY(!spend::cost({.input = 5, .cacheWrite = 1}, price));
        QVERIFY(!spend::cost({.input = 5, .cacheWrite1h = 1}, price));
        price.aboveTokens = 10; // a tier without prices is no cheaper tier
        QVERIFY(!spend::cost({.input = 11}, price));
    }

    void noTokensCostNothingWhateverIsPriced() { QCOMPARE(spend::cost({}, config::TieredPrice())->nano, 0); }

    void audioIsUnknownUnlessFree()
    {
        QVERIFY(!spend::cost({.input = 100, .audioInput = 10}, sonnet()));
        QVERIFY(!spend::cost({.output = 100, .audioOutput = 10}, sonnet()));
        config::TieredPrice free;
        free.base.input = usd("0");
        free.base.output = usd("0");
        QCOMPARE(spend::cost({.input = 100, .output = 5, .audioInput = 10, .audioOutput = 5}, free)->nano, 0);
    }

    void countsNoRequestCanHaveAreClamped()
    {
        QCOMPARE(spend::cost({.input = -5, .cachedInput = kMin, .output = 1000}, sonnet())->nano, 15'000'000);
        config::TieredPrice price;
        price.base.input = usd("1");
        QCOMPARE(spend::cost({.input = kMax}, price)->nano, 1'000'000'000'000); // as for 10⁹ tokens
        // Five classes of 2^63 tokens at the dearest price there can be are not an amount.
        const std::optional<base::TokenPrice> dearest = base::TokenPrice{kMax};
        price.base = {dearest, dearest, dearest, dearest, dearest};
        QVERIFY(!spend::cost({kMax, kMax, kMax, kMax, kMax, kMax, 0, 0, 0}, price));
        QVERIFY(!spend::cost({.input = 1'000'000}, price));
    }

    void isTheSameSumWhicheverWayItIsCounted()
    {
        base::Random random(42);
        for (int i = 0; i < 1000; ++i) {
            const auto tokens = [&] { return static_cast<std::int64_t>(random.next() % 40'000); };
            const events::TokenUsage usage{tokens(), tokens(), tokens(), tokens(), tokens(), 0, 0, 0, 0};
            // These prices are whole nano-dollars per token, so that nothing is rounded.
            const std::int64_t expected = usage.input * 3000 + usage.cachedInput * 300
                                          + usage.cacheWrite * 3750 + usage.cacheWrite1h * 6000
                                          + usage.output * 15'000;
            QCOMPARE(spend::cost(usage, sonnet())->nano, expected);
        }
    }
};

SIGNALBOX_TEST(CostTest)
#include "cost_test.moc"
