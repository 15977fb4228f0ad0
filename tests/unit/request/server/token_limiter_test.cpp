// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/token_limiter.h"

#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using Answer = server::TokenLimiter::Answer;

class TokenLimiterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFewMistakesAreAnsweredAtOnceManyAreNot()
    {
        server::TokenLimiter limiter;
        const base::SteadyTime now{1h};
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(limiter.onWrongToken(now), Answer::Now);
        }
        for (int i = 0; i < 16; ++i) {
            QCOMPARE(limiter.onWrongToken(now), Answer::Later);
        }
        for (int i = 0; i < 1000; ++i) {
            QCOMPARE(limiter.onWrongToken(now), Answer::Close);
        }
        limiter.released();
        QCOMPARE(limiter.onWrongToken(now), Answer::Later);
        QCOMPARE(limiter.onWrongToken(now), Answer::Close);
    }

    void theAllowanceComesBackWithTime()
    {
        server::TokenLimiter limiter;
        base::SteadyTime now{1h};
        while (limiter.onWrongToken(now) == Answer::Now) {
        }
        now += 2s;
        QCOMPARE(limiter.onWrongToken(now), Answer::Now);
        QCOMPARE(limiter.onWrongToken(now), Answer::Later);
        now += 24h;
        for (int i = 0; i < 20; ++i) {
            QCOMPARE(limiter.onWrongToken(now), Answer::Now);
        }
        QCOMPARE(limiter.onWrongToken(now), Answer::Later);
    }
};

SIGNALBOX_TEST(TokenLimiterTest)
#include "token_limiter_test.moc"
