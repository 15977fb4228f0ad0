// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::responses {

/// OpenAI Responses, both ways: Codex and the OpenAI SDKs ask in it, OpenAI and its likes answer in it.
class ResponsesCodec final : public neutral::Codec
{
public:
    base::Dialect dialect() const override { return base::Dialect::Responses; }

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

} // namespace signalbox::responses
