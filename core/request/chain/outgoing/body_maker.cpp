// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/outgoing/body_maker.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/chain/outgoing/step_members.h"
#include "core/request/dialect/chat_fit.h"
#include "core/request/dialect/messages/marks.h"
#include "core/request/dialect/neutral/fit.h"
#include "core/request/dialect/neutral/tools/wire_names.h"
#include "core/request/dialect/responses/items/made_up_thoughts.h"
#include "core/request/dialect/step_body.h"
#include "core/request/dialect/translate/codecs.h"
#include "core/request/provider/rules/adapt.h"

namespace signalbox::chain {

using base::Dialect;
using base::ErrorCode;

namespace {
std::string cutNote(int turns, std::int64_t tokens)
{
    return std::to_string(turns) + " messages left out to fit its context, about " + std::to_string(tokens)
           + " tokens";
}

base::Result<BodyMaker::Made> cannotGoOn()
{
    return base::fail(ErrorCode::InvalidArgument, "this answer cannot be gone on with");
}

/// Chat's body with the partial answer in it.
base::Result<BodyMaker::Made> goingOn(BodyMaker::Made made, const BodyMaker::Wanted &wanted)
{
    auto body = dialect::continuedBody(made.body, wanted.sent, *wanted.goesOn);
    if (!body) {
        return cannotGoOn();
    }
    made.body = *std::move(body);
    return made;
}

/// The conversation with the partial answer as what the model is saying.
neutral::Conversation saying(neutral::Conversation conversation, std::string_view text)
{
    neutral::Part part{.what = neutral::Text{.text = std::string(text), .annotations = {}}};
    const bool begun =
        !conversation.messages.empty() && conversation.messages.back().role == neutral::Role::Assistant;
    if (!begun) {
        conversation.messages.push_back({.role = neutral::Role::Assistant});
    }
    conversation.messages.back().parts.push_back(std::move(part));
    return conversation;
}

auto tooLong()
{
    return base::fail(ErrorCode::InvalidArgument, "the last turn alone is longer than its context");
}

/// The request without what models of other dialects thought, which these providers cannot check.
std::optional<std::string> withoutOthersThoughts(std::string_view body, Dialect dialect)
{
    return dialect == Dialect::Messages    ? messages::withoutMarkedThinking(body)
           : dialect == Dialect::Responses ? responses::withoutMadeUpThoughts(body)
                                           : std::nullopt;
}

/// What the step sets and strips, in a body that is ours already.
std::string edited(std::string body, const config::StepConfig &step, Dialect dialect)
{
    auto tree =
        step.set.empty() && step.strip.empty() ? std::unexpected(json::SyntaxError()) : json::readTree(body);
    if (!tree) {
        return body;
    }
    editMembers(*tree, step, dialect);
    return json::writeCompact(*tree);
}
} // namespace

base::Result<BodyMaker::Made> BodyMaker::make(const Wanted &wanted)
{
    auto made = unadapted(wanted);
    if (made && wanted.rules) {
        provider::Adapted adapted = provider::adapt(std::move(made->body), *wanted.rules, wanted.dialect);
        made->body = std::move(adapted.body);
        std::ranges::move(adapted.changed, std::back_inserter(made->dropped));
    }
    return made;
}

base::Result<BodyMaker::Made> BodyMaker::unadapted(const Wanted &wanted)
{
    const bool same = wanted.dialect == m_request.dialect;
    if (wanted.goesOn && wanted.dialect == Dialect::Messages) {
        return *wanted.goesOn == dialect::ContinueStyle::Plain ? translated(wanted) : cannotGoOn();
    }
    if (wanted.goesOn && wanted.dialect != Dialect::Chat) {
        return cannotGoOn();
    }
    // Chat is cut down in its own bytes; what another dialect says has to be read for that.
    return same && (wanted.fitTokens == 0 || wanted.dialect == Dialect::Chat) ? sameDialect(wanted)
                                                                              : translated(wanted);
}

base::Result<BodyMaker::Made> BodyMaker::sameDialect(const Wanted &wanted) const
{
    const bool reportsUsage = wanted.dialect == Dialect::Chat || wanted.dialect == Dialect::Completions;
    dialect::BodyEdits edits{
        .model = wanted.step.model, .stream = wanted.stream, .includeUsage = reportsUsage, .strip = {}};
    for (const std::string &word : wanted.step.strip) {
        edits.strip.push_back(placeOf(word, wanted.dialect).name);
    }
    for (const auto &[word, value] : wanted.step.set) {
        edits.set.emplace_back(placeOf(word, wanted.dialect).name, json::writeCompact(value));
    }
    Made made;
    made.body = dialect::bodyForStep(m_body, m_request, edits);
    if (auto own = withoutOthersThoughts(made.body, wanted.dialect)) {
        made.body = *std::move(own);
    }
    if (wanted.fitTokens > 0) {
        auto fitted = dialect::fitToContext(made.body, wanted.fitTokens);
        if (!fitted) {
            return tooLong();
        }
        made.note = cutNote(fitted->droppedTurns, fitted->droppedTokens);
        made.body = std::move(fitted->body);
    }
    return wanted.goesOn ? goingOn(std::move(made), wanted) : made;
}

base::Result<BodyMaker::Made> BodyMaker::translated(const Wanted &wanted)
{
    if (!m_conversation) {
        m_conversation = translate::codecFor(m_request.dialect).readRequest(m_body);
    }
    if (!*m_conversation) {
        return std::unexpected(m_conversation->error());
    }
    Made made;
    const neutral::Conversation *said = &**m_conversation;
    neutral::Conversation shorter;
    if (wanted.fitTokens > 0) {
        auto fitted = neutral::fitToContext(*said, wanted.fitTokens);
        if (!fitted) {
            return tooLong();
        }
        made.note = cutNote(fitted->droppedTurns, fitted->droppedTokens);
        shorter = std::move(fitted->conversation);
        said = &shorter;
    }
    neutral::Conversation broken;
    const bool chat = wanted.dialect == Dialect::Chat; // it has styles of its own
    if (wanted.goesOn && !chat) {
        broken = saying(*said, wanted.sent);
        said = &broken;
    }
    neutral::Conversation renamed;
    if (neutral::hasLongNames(*said, wanted.dialect)) {
        renamed = neutral::withShortNames(*said, wanted.dialect);
        said = &renamed;
    }
    auto written = translate::codecFor(wanted.dialect)
                       .writeRequest(*said, {.model = wanted.step.model,
                                             .stream = wanted.stream,
                                             .maxOutput = wanted.maxOutput,
                                             .accepts = wanted.accepts});
    if (!written) {
        return std::unexpected(written.error());
    }
    made.body = edited(std::move(written->body), wanted.step, wanted.dialect);
    made.dropped = std::move(written->dropped);
    return wanted.goesOn && chat ? goingOn(std::move(made), wanted) : made;
}

} // namespace signalbox::chain
