// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::messages {

/// Anthropic Messages. What of RequestContext::accepts it knows stands in request_writer.h, and which
/// thoughts go where in marks.h. Stateless and pure; any thread.
class MessagesCodec final : public neutral::Codec
{
public:
    base::Dialect dialect() const override { return base::Dialect::Messages; }

    base::Result<neutral::Conversation> readRequest(std::string_view body) const override;
    base::Result<neutral::Written> writeRequest(const neutral::Conversation &conversation,
                                                const neutral::RequestContext &context) const override;
    base::Result<neutral::Answer> readAnswer(std::string_view body) const override;
    neutral::Written writeAnswer(const neutral::Answer &answer,
                                 const neutral::AnswerContext &context) const override;

    std::unique_ptr<neutral::StreamReader> makeReader() const override;
    std::unique_ptr<neutral::StreamWriter> makeWriter(const neutral::AnswerContext &context) const override;

    std::string failureBody(const neutral::Failure &failure) const override;
    std::string failureEvent(const neutral::Failure &failure) const override;
};

/// The answer of POST /v1/messages/count_tokens, whose request readRequest reads as well.
std::string countTokensBody(std::int64_t tokens);

} // namespace signalbox::messages
