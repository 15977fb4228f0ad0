// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/errand/token_count.h"

#include <algorithm>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/request/chain/outgoing/body_maker.h"
#include "core/request/chain/walk_input.h"
#include "core/request/provider/outgoing_request.h"

namespace signalbox::errand {

using base::Dialect;
using namespace std::chrono_literals;

namespace {
constexpr std::string_view kCounts = "count_tokens"; ///< what a preset's `accepts` calls it
constexpr base::Duration kLimit = 5s;                ///< a tool waits for it before it says anything

/// The step whose turn it would be.
const chain::WalkStep *firstInLine(const chain::WalkInput &input, const chain::ExchangeDeps &deps)
{
    const base::SteadyTime now = deps.clock.now();
    const auto asked = std::ranges::find_if(input.steps, [&](const chain::WalkStep &step) {
        return !step.barred && deps.health.view(step.target, now).admission == health::Admission::Allowed;
    });
    return asked == input.steps.end() ? nullptr : &*asked;
}

bool isCount(const Fetched &fetched)
{
    const auto tree =
        fetched.head.status == 200 ? json::readTree(fetched.body) : std::unexpected(json::SyntaxError());
    const json::Value *const tokens = tree ? tree->find("input_tokens") : nullptr;
    return tokens && tokens->is(json::Value::Type::Number);
}
} // namespace

std::optional<CountOrder> countOrder(const CountQuestion &question, const chain::ExchangeDeps &deps)
{
    const chain::WalkInput input = makeWalkInput(*question.setup,
                                                 {.chain = question.route.chain,
                                                  .facts = question.facts,
                                                  .dialect = Dialect::Messages,
                                                  .bodyBytes = question.body.size(),
                                                  .receivedAt = question.receivedAt,
                                                  .at = deps.clock.wallNow()},
                                                 deps.health, deps.random);
    const chain::WalkStep *const step = firstInLine(input, deps);
    const chain::ProviderSetup *const provider =
        step ? question.setup->provider(step->config->provider) : nullptr;
    const std::string model = step ? step->config->model : std::string();
    const provider::Speaks *const speaks =
        provider ? provider->target->speaking(Dialect::Messages, model) : nullptr;
    if (!speaks || std::ranges::find(speaks->accepts, kCounts) == speaks->accepts.end()) {
        return std::nullopt;
    }
    config::StepConfig bare = *step->config; // parameters of an answer are none of a count
    bare.set.clear();
    bare.strip.clear();
    auto made = chain::BodyMaker(question.body, question.request)
                    .make({.step = bare, .dialect = Dialect::Messages, .goesOn = {}, .sent = {}});
    auto request =
        made
            ? provider::apiRequest(*provider->target,
                                   provider->key(step->target.key).secret.value_or(base::SecretString()),
                                   question.headers, {Dialect::Messages, model, false}, std::move(made->body))
            : std::unexpected(made.error());
    if (!request) {
        return std::nullopt;
    }
    request->target.insert(std::min(request->target.find('?'), request->target.size()), "/count_tokens");
    return CountOrder{question.setup, &*provider->target, *std::move(request),
                      step->config->provider + "/" + model};
}

TokenCount::TokenCount(const chain::ExchangeDeps &deps, CountOrder order, http::Headers headers,
                       std::string estimate, chain::ReplySink &sink)
    : m_setup(std::move(order.setup)),
      m_headers(std::move(headers)),
      m_servedBy(std::move(order.servedBy)),
      m_estimate(std::move(estimate)),
      m_sink(sink)
{
    const auto make = [&](upstream::AttemptObserver &observer) {
        return deps.factory.make(*order.target, std::move(order.request), {}, observer);
    };
    m_fetch = std::make_unique<Fetch>(make, deps.clock, kLimit,
                                      [this](const Fetched &fetched) { answer(fetched); });
}

/// The sink may destroy this.
void TokenCount::answer(const Fetched &fetched)
{
    const bool counted = isCount(fetched);
    http::Headers headers = std::move(m_headers);
    headers.add(counted ? "x-signalbox-served-by" : "x-signalbox-estimate", counted ? m_servedBy : "true");
    const std::string body = counted ? fetched.body : std::move(m_estimate);
    m_sink.sendWhole(200, headers, body);
}

} // namespace signalbox::errand
