// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/responses_codec.h"

#include "core/request/dialect/responses/answer/answer_reader.h"
#include "core/request/dialect/responses/answer/answer_writer.h"
#include "core/request/dialect/responses/answer/outcome.h"
#include "core/request/dialect/responses/answer/stream_reader.h"
#include "core/request/dialect/responses/answer/stream_writer.h"
#include "core/request/dialect/responses/request/request_reader.h"
#include "core/request/dialect/responses/request/request_writer.h"

namespace signalbox::responses {

base::Result<neutral::Conversation> ResponsesCodec::readRequest(std::string_view body) const
{
    return responses::readRequest(body);
}

base::Result<neutral::Written> ResponsesCodec::writeRequest(const neutral::Conversation &conversation,
                                                            const neutral::RequestContext &context) const
{
    return responses::writeRequest(conversation, context);
}

base::Result<neutral::Answer> ResponsesCodec::readAnswer(std::string_view body) const
{
    return responses::readAnswer(body);
}

neutral::Written ResponsesCodec::writeAnswer(const neutral::Answer &answer,
                                             const neutral::AnswerContext &context) const
{
    return responses::writeAnswer(answer, context);
}

std::unique_ptr<neutral::StreamReader> ResponsesCodec::makeReader() const
{
    return std::make_unique<StreamReader>();
}

std::unique_ptr<neutral::StreamWriter> ResponsesCodec::makeWriter(const neutral::AnswerContext &context) const
{
    return std::make_unique<StreamWriter>(context);
}

std::string ResponsesCodec::failureBody(const neutral::Failure &failure) const
{
    return responses::failureBody(failure);
}

std::string ResponsesCodec::failureEvent(const neutral::Failure &failure) const
{
    return responses::failureEvent(failure);
}

} // namespace signalbox::responses
