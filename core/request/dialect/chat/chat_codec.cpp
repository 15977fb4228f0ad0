// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/chat_codec.h"

#include "core/request/dialect/chat/answer_reader.h"
#include "core/request/dialect/chat/answer_writer.h"
#include "core/request/dialect/chat/request/request_reader.h"
#include "core/request/dialect/chat/request/request_writer.h"
#include "core/request/dialect/chat/stream_reader.h"
#include "core/request/dialect/chat/stream_writer.h"
#include "core/request/dialect/chat/words.h"

namespace signalbox::chat {

base::Result<neutral::Conversation> ChatCodec::readRequest(std::string_view body) const
{
    return chat::readRequest(body);
}

base::Result<neutral::Written> ChatCodec::writeRequest(const neutral::Conversation &conversation,
                                                       const neutral::RequestContext &context) const
{
    return chat::writeRequest(conversation, context);
}

base::Result<neutral::Answer> ChatCodec::readAnswer(std::string_view body) const
{
    return chat::readAnswer(body);
}

neutral::Written ChatCodec::writeAnswer(const neutral::Answer &answer,
                                        const neutral::AnswerContext &context) const
{
    return chat::writeAnswer(answer, context);
}

std::unique_ptr<neutral::StreamReader> ChatCodec::makeReader() const
{
    return std::make_unique<StreamReader>();
}

std::unique_ptr<neutral::StreamWriter> ChatCodec::makeWriter(const neutral::AnswerContext &context) const
{
    return std::make_unique<StreamWriter>(context);
}

std::string ChatCodec::failureBody(const neutral::Failure &failure) const
{
    return chat::failureBody(failure);
}

std::string ChatCodec::failureEvent(const neutral::Failure &failure) const
{
    return "data: " + chat::failureBody(failure) + "\n\n";
}

} // namespace signalbox::chat
