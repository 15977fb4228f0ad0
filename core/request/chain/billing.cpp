// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/billing.h"

#include "core/record/spend/cost.h"
#include "core/request/dialect/usage.h"

namespace signalbox::chain {

using events::Confidence;

AttemptEnd attemptEnd(const AttemptReport &report, const Bill &bill, base::Duration took)
{
    return {.judgement = report.judgement,
            .retryAfter = report.retryAfter,
            .firstToken = report.firstToken,
            .took = took,
            .cost = bill.cost,
            .tokens = bill.usage.prompt() + bill.usage.output,
            .misconfigured = report.facts.wire.end == upstream::WireEnd::CertificateRefused,
            .answerable = report.facts.status >= 200 && report.facts.status < 300,
            .continuable = report.continuable};
}

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
