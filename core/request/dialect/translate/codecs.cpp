// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/translate/codecs.h"

#include "core/foundation/json/tree.h"
#include "core/request/dialect/chat/chat_codec.h"
#include "core/request/dialect/gemini/gemini_codec.h"
#include "core/request/dialect/messages/messages_codec.h"
#include "core/request/dialect/responses/responses_codec.h"

namespace signalbox::translate {

const neutral::Codec &codecFor(base::Dialect dialect)
{
    static const chat::ChatCodec chat;
    static const responses::ResponsesCodec responses;
    static const messages::MessagesCodec messages;
    static const gemini::GeminiCodec gemini;
    switch (dialect) {
    case base::Dialect::Responses:
        return responses;
    case base::Dialect::Messages:
        return messages;
    case base::Dialect::Gemini:
        return gemini;
    case base::Dialect::Chat:
    case base::Dialect::Completions:
    case base::Dialect::Embeddings:
        break;
    }
    return chat;
}

bool isFailure(base::Dialect dialect, std::string_view body)
{
    const auto tree = json::readTree(body);
    const json::Value *const error = tree ? tree->find("error") : nullptr;
    const json::Value *const message = error ? error->find("message") : nullptr;
    if (!message || message->text().empty()) {
        return false;
    }
    const json::Value *const type = tree->find("type");
    return dialect != base::Dialect::Messages || (type && type->text() == "error");
}

} // namespace signalbox::translate
