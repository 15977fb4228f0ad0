// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/chains/chain_strategy.h"

#include <QCheckBox>
#include <QComboBox>
#include <QSpinBox>

#include "ui/pages/chains/seconds_field.h"

namespace signalbox::chains {

using config::ChainConfig;
using config::Failback;
using config::Ms;
using config::Strategy;

ChainStrategy::ChainStrategy(QWidget *parent) : PolicyCard(tr("Choice of the step"), parent)
{
    addChoice<Strategy>(
        {tr("Strategy"), QStringLiteral("strategy"),
         tr("How the steps of a tier are chosen; lower tiers always go first. A race asks all at once, "
            "hedged starts the next step when the first is slow"),
         tr("change strategy")},
        {tr("in order"), tr("by weight"), tr("fastest"), tr("cheapest that fits"), tr("least busy"),
         tr("race"), tr("hedged")},
        [](ChainConfig &chain) -> Strategy & { return chain.strategy; });
    auto *hedge = addSeconds(
        {tr("Hedge after"), QStringLiteral("policy.hedgeAfterMs"),
         tr("Without a first token after this long the next step starts too"), tr("change hedge")},
        {Ms(1), std::chrono::hours(1)}, [](ChainConfig &chain) -> Ms & { return chain.policy.hedgeAfter; });
    auto *budget =
        addNumber({tr("Retry budget"), QStringLiteral("policy.retryBudget"),
                   tr("Repeated tries, hedges and races, as a share of the last minute's requests; "
                      "going on to another step is never denied"),
                   tr("change retry budget")},
                  0, 1000, [](ChainConfig &chain) -> int & { return chain.policy.retryBudget; });
    budget->setSuffix(tr(" %"));
    whenShown([hedge](ChainConfig &chain) { hedge->setEnabled(chain.strategy == Strategy::Hedged); });
    addStickiness();
}

void ChainStrategy::addStickiness()
{
    addFlag({tr("Sessions stay with their step"), QStringLiteral("policy.sticky.enabled"),
             tr("A session stays with the step that served it, which keeps the provider's prompt cache warm"),
             tr("switch stickiness")},
            [](ChainConfig &chain) -> bool & { return chain.policy.sticky.enabled; });
    auto *failback = addChoice<Failback>(
        {tr("Go back"), QStringLiteral("policy.sticky.failback"),
         tr("When a session that had to leave its step goes back to it"), tr("change failback")},
        {tr("at once"), tr("after good answers"), tr("with the next session"), tr("never")},
        [](ChainConfig &chain) -> Failback & { return chain.policy.sticky.failback; });
    auto *probes = addNumber({tr("Good answers"), QStringLiteral("policy.sticky.probes"),
                              tr("So many good answers of the former step before the session goes back"),
                              tr("change failback")},
                             1, 1000, [](ChainConfig &chain) -> int & { return chain.policy.sticky.probes; });
    auto *ends =
        addSeconds({tr("Session ends"), QStringLiteral("policy.sticky.sessionMs"),
                    tr("A session is over after this long without a request"), tr("change end of sessions")},
                   {Ms(1), std::chrono::hours(7 * 24)},
                   [](ChainConfig &chain) -> Ms & { return chain.policy.sticky.sessionEnds; });
    whenShown([=](ChainConfig &chain) {
        const auto &sticky = chain.policy.sticky;
        failback->setEnabled(sticky.enabled);
        probes->setEnabled(sticky.enabled && sticky.failback == Failback::AfterProbes);
        ends->setEnabled(sticky.enabled);
    });
}

} // namespace signalbox::chains
