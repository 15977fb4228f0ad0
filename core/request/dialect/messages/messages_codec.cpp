// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/messages_codec.h"

#include "core/request/dialect/messages/answer.h"
#include "core/request/dialect/messages/failures.h"
#include "core/request/dialect/messages/request_reader.h"
#include "core/request/dialect/messages/request_writer.h"
#include "core/request/dialect/messages/stream_reader.h"
#include "core/request/dialect/messages/stream_writer.h"

namespace signalbox::messages {

base::Result<neutral::Conversation> MessagesCodec::readRequest(std::string_view body) const
{
    return messages::readRequest(body);
}

base::Result<neutral::Written> MessagesCodec::writeRequest(const neutral::Conversation &conversation,
                                                           const neutral::RequestContext &context) const
{
    return messages::writeRequest(conversation, context);
}

base::Result<neutral::Answer> MessagesCodec::readAnswer(std::string_view body) const
{
    return messages::readAnswer(body);
}

neutral::Written MessagesCodec::writeAnswer(const neutral::Answer &answer,
                                            const neutral::AnswerContext &context) const
{
    return messages::writeAnswer(answer, context);
}

std::unique_ptr<neutral::StreamReader> MessagesCodec::makeReader() const
{
    return std::make_unique<MessagesStreamReader>();
}

std::unique_ptr<neutral::StreamWriter> MessagesCodec::makeWriter(const neutral::AnswerContext &context) const
{
    return std::make_unique<MessagesStreamWriter>(context);
}

std::string MessagesCodec::failureBody(const neutral::Failure &failure) const
{
    return messages::failureBody(failure);
}

std::string MessagesCodec::failureEvent(const neutral::Failure &failure) const
{
    return messages::failureEvent(failure);
}

std::string countTokensBody(std::int64_t tokens)
{
    return "{\"input_tokens\":" + std::to_string(tokens) + "}";
}

} // namespace signalbox::messages
