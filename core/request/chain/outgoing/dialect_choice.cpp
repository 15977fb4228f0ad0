// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/outgoing/dialect_choice.h"

#include <algorithm>

namespace signalbox::chain {

base::Result<base::Dialect> dialectFor(const DialectQuestion &question, const provider::Target &target)
{
    using base::ErrorCode;
    const base::Dialect client = question.client;
    const auto reached = [&](base::Dialect dialect) {
        return !question.rules || question.rules->reachedIn(dialect, question.body);
    };
    const bool same = target.speaking(client, question.model) != nullptr;
    if (same && (question.goesOnFromId || !base::isConversation(client) || reached(client))) {
        return client;
    }
    if (!base::isConversation(client)) {
        return base::fail(ErrorCode::Unsupported, "it does not serve " + std::string(base::toText(client)));
    }
    if (question.goesOnFromId) {
        return base::fail(
            ErrorCode::Unsupported,
            "previous_response_id names an answer that it cannot have: it does not speak responses");
    }
    const auto other = std::ranges::find_if(target.speaks, [&](const provider::Speaks &one) {
        return base::isConversation(one.dialect) && one.serves(question.model) && reached(one.dialect);
    });
    if (other != target.speaks.end()) {
        return other->dialect;
    }
    const auto any = std::ranges::find_if(target.speaks, [&](const provider::Speaks &one) {
        return base::isConversation(one.dialect) && one.serves(question.model);
    });
    if (any == target.speaks.end()) {
        return base::fail(ErrorCode::Unsupported, "it holds no conversations");
    }
    return same ? client : any->dialect; // the provider may know better than our rules
}

base::Dialect continuingIn(base::Dialect spoken, const provider::Target &target, std::string_view model)
{
    using base::Dialect;
    return target.speaking(Dialect::Chat, model)       ? Dialect::Chat
           : target.speaking(Dialect::Messages, model) ? Dialect::Messages
                                                       : spoken;
}

} // namespace signalbox::chain
