// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/gemini_codec.h"

#include "core/request/dialect/gemini/answer_codec.h"
#include "core/request/dialect/gemini/request_reader.h"
#include "core/request/dialect/gemini/request_writer.h"
#include "core/request/dialect/gemini/stream_reader.h"
#include "core/request/dialect/gemini/stream_writer.h"
#include "core/request/dialect/gemini/words.h"

namespace signalbox::gemini {

base::Result<neutral::Conversation> GeminiCodec::readRequest(std::string_view body) const
{
    return gemini::readRequest(body);
}

base::Result<neutral::Written> GeminiCodec::writeRequest(const neutral::Conversation &conversation,
                                                         const neutral::RequestContext &context) const
{
    return gemini::writeRequest(conversation, context);
}

base::Result<neutral::Answer> GeminiCodec::readAnswer(std::string_view body) const
{
    return gemini::readAnswer(body);
}

neutral::Written GeminiCodec::writeAnswer(const neutral::Answer &answer,
                                          const neutral::AnswerContext &context) const
{
    return gemini::writeAnswer(answer, context);
}

std::unique_ptr<neutral::StreamReader> GeminiCodec::makeReader() const
{
    return std::make_unique<StreamReader>();
}

std::unique_ptr<neutral::StreamWriter> GeminiCodec::makeWriter(const neutral::AnswerContext &context) const
{
    return std::make_unique<StreamWriter>(context);
}

std::string GeminiCodec::failureBody(const neutral::Failure &failure) const
{
    return gemini::failureBody(failure);
}

std::string GeminiCodec::failureEvent(const neutral::Failure &failure) const
{
    return "data: " + gemini::failureBody(failure) + "\n\n";
}

} // namespace signalbox::gemini
