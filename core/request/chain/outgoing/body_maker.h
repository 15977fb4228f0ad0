// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/foundation/config/chain_config.h"
#include "core/request/dialect/chat_continue.h"
#include "core/request/dialect/client_request.h"
#include "core/request/dialect/neutral/conversation.h"
#include "core/request/provider/rules/parameter_rules.h"

namespace signalbox::chain {

/// Makes what goes to the providers of one request: the client's bytes with what a step changes, or, where
/// the provider speaks another dialect, the same said in that. Reads the conversation only when it has to.
/// Engine thread; owned by the exchange.
class BodyMaker
{
public:
    /// One attempt's body.
    struct Wanted {
        const config::StepConfig &step;
        base::Dialect dialect = base::Dialect::Chat;  ///< of the provider
        bool stream = false;                          ///< the provider is to stream
        std::int64_t fitTokens = 0;                   ///< cut the prompt down to this; 0: no
        std::int64_t maxOutput = 0;                   ///< of the model; 0: not known
        const provider::ModelRules *rules = nullptr;  ///< what the model refuses; null: nothing is known
        std::vector<std::string> accepts = {};        ///< as in provider::Speaks
        std::optional<dialect::ContinueStyle> goesOn; ///< from `sent`
        std::string_view sent;
    };
    struct Made {
        std::string body;
        std::vector<std::string> dropped; ///< what dialect or model cannot take
        std::string note;                 ///< what was cut, for people
    };

    /// `body` and `request` outlive this.
    BodyMaker(const std::string &body, const dialect::ClientRequest &request)
        : m_body(body), m_request(request)
    {}

    /// InvalidArgument says why there can be none.
    base::Result<Made> make(const Wanted &wanted);
    /// Null: nobody has had to read it.
    const neutral::Conversation *conversation() const
    {
        return m_conversation && *m_conversation ? &**m_conversation : nullptr;
    }

private:
    base::Result<Made> unadapted(const Wanted &wanted);
    base::Result<Made> sameDialect(const Wanted &wanted) const;
    base::Result<Made> translated(const Wanted &wanted);

    const std::string &m_body;
    const dialect::ClientRequest &m_request;
    std::optional<base::Result<neutral::Conversation>> m_conversation;
};

} // namespace signalbox::chain
