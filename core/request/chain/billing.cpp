// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/billing.h"

#include "core/record/spend/cost.h"
#include "core/request/dialect/usage.h"

namespace signalbox::chain {

using events::Confidence;

Bill billFor(const AttemptReport &report, const Billed &what)
{
    Bill bill;
    if (report.usage) {
        bill.usage = *report.usage;
    } else if (report.facts.content || report.judgement.ambiguous) {
        bill.usage.input = dialect::estimatedTokens(what.requestBytes);
        bill.usage.output = dialect::estimatedTokens(report.contentBytes);
        bill.usageConfidence = Confidence::Estimated;
    }
    if (bill.usage == events::TokenUsage{}) {
        bill.cost = base::Money{};
        bill.costConfidence = Confidence::Computed;
        return bill;
    }
    const auto price =
        what.prices.lookup(what.provider.config->preset, what.model, *what.provider.config, what.at);
    if (!price) {
        return bill;
    }
    bill.cost = spend::cost(bill.usage, price->price);
    bill.priceVersion = price->version;
    if (bill.cost) {
        bill.costConfidence =
            bill.usageConfidence == Confidence::Reported ? Confidence::Computed : Confidence::Estimated;
    }
    return bill;
}

} // namespace signalbox::chain
