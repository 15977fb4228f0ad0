// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/intake/request_facts.h"

#include <algorithm>

#include <QDateTime>

#include "core/foundation/json/document.h"
#include "core/request/dialect/neutral/traits.h"
#include "core/request/dialect/translate/codecs.h"
#include "core/request/dialect/usage.h"
#include "core/request/routing/complexity.h"
#include "core/request/routing/condition_check.h"
#include "core/request/routing/language.h"
#include "core/request/routing/rules.h"

namespace signalbox::intake {

namespace {
bool saysYes(std::string_view text)
{
    return text == "1" || text == "true" || text == "yes";
}

std::map<std::string, std::string> metadataOf(const http::Headers &headers)
{
    std::map<std::string, std::string> out;
    const auto document =
        json::parseDocument(std::string(headers.find("x-signalbox-metadata").value_or("{}")));
    if (document) {
        for (const json::Member &member : document->root.members()) {
            const bool flag = member.value.is(json::Value::Type::Bool);
            out[member.name] = flag ? (member.value.toBool() ? "true" : "false") : member.value.text();
        }
    }
    return out;
}

routing::Network networkOf(const machine::NetworkState &state)
{
    if (!state.online) {
        return routing::Network::Offline;
    }
    return state.metered ? routing::Network::Metered : routing::Network::Online;
}

bool hasConditions(const config::ChainConfig &chain)
{
    return std::ranges::any_of(chain.steps, [](const config::StepConfig &step) {
        return step.when.op != config::Condition::Op::Always;
    });
}

std::string inWords(const routing::Scored &scored)
{
    std::string out(routing::toText(scored.level));
    for (std::size_t i = 0; i < scored.reasons.size(); ++i) {
        out += (i == 0 ? ": " : ", ") + scored.reasons[i];
    }
    return out;
}
} // namespace

/// What the request says of itself, without a look at the conversation.
std::unique_ptr<routing::Facts> RequestFacts::outside(const Incoming &in) const
{
    auto facts = std::make_unique<routing::Facts>();
    facts->client = in.client;
    facts->model = in.request.model;
    facts->stream = in.request.stream;
    facts->metadata = metadataOf(in.headers);
    facts->network = networkOf(in.network);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(in.at.time_since_epoch()).count();
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(ms);
    facts->minuteOfDay = local.time().hour() * 60 + local.time().minute();
    facts->weekday = local.date().dayOfWeek() - 1;
    if (m_budgets && !in.setup.config->budgets.empty()) {
        facts->budgets = m_budgets(in.client, in.at);
    }
    return facts;
}

dialect::RequestTraits RequestFacts::traitsOf(const Incoming &in)
{
    if (in.request.dialect == base::Dialect::Chat) {
        return m_reader.read(in.body);
    }
    if (base::isConversation(in.request.dialect)) {
        if (const auto said = translate::codecFor(in.request.dialect).readRequest(in.body)) {
            return neutral::traitsOf(*said);
        }
    }
    dialect::RequestTraits traits; // no conversation: its text is all there is to look at
    traits.promptTokens = dialect::estimatedTokens(in.body.size());
    traits.allText = traits.lastUser = in.body;
    return traits;
}

void RequestFacts::read(const Incoming &in, Routed &routed)
{
    routing::Facts &facts = *routed.facts;
    facts.traits = traitsOf(in);
    if (!facts.isPrivate && !in.setup.privacy.empty()) {
        facts.isPrivate = in.setup.privacy.match(facts.traits.allText).has_value();
    }
    const routing::Scored scored = routing::score(facts.traits);
    facts.complexity = scored.level;
    facts.language = routing::language(facts.traits.lastUser);
    routed.complexity = inWords(scored);
    if (routed.session.empty()) {
        routed.session = facts.traits.session;
    }
}

base::Result<Routed> RequestFacts::route(const Incoming &in)
{
    Routed routed;
    routed.session = in.headers.find("x-signalbox-session").value_or("");
    const config::ClientConfig *const client = in.setup.config->client(in.client);
    const bool isPrivate =
        (client && client->isPrivate) || saysYes(in.headers.find("x-signalbox-private").value_or(""));
    const bool readNow = in.setup.readsEveryRequest || isPrivate;
    if (readNow || !in.setup.config->rules.empty()) {
        routed.facts = outside(in);
        routed.facts->isPrivate = isPrivate;
    }
    if (readNow) {
        read(in, routed);
    }
    const config::RuleConfig *const rule =
        routed.facts ? routing::ruleFor(*in.setup.config, *routed.facts) : nullptr;
    auto route = routing::resolve(in.setup.config,
                                  {.model = in.request.model,
                                   .client = in.client,
                                   .chainHeader = in.headers.find("x-signalbox-chain").value_or(""),
                                   .ruleChain = rule ? std::string_view(rule->chain) : std::string_view(),
                                   .rule = rule ? std::string_view(rule->id) : std::string_view()});
    if (!route) {
        return std::unexpected(route.error());
    }
    routed.route = *std::move(route);
    const bool readForChain = !readNow && routing::needsFacts(*routed.route.chain);
    if (!routed.facts && (readForChain || hasConditions(*routed.route.chain))) {
        routed.facts = outside(in);
    }
    if (readForChain) {
        read(in, routed);
    }
    return routed;
}

} // namespace signalbox::intake
