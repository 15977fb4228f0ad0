// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/http/sse_parser.h"
#include "core/request/dialect/chat_facts.h"
#include "core/request/dialect/parts/overlap.h"

namespace signalbox::dialect {

/// How a provider is told to go on with an assistant turn instead of answering it.
enum class ContinueStyle : std::uint8_t {
    Plain,   ///< a trailing assistant message is enough
    Prefix,  ///< `"prefix":true` in it: Mistral, DeepSeek
    Partial, ///< `"partial":true` in it: Moonshot
    Vllm,    ///< `continue_final_message` and no generation prompt: vLLM, SGLang
};

/// The request with what was said so far as its last assistant turn, otherwise unchanged. Where the client's
/// own request ends in an assistant turn, the text goes on in that one. Nothing: there is no text, more than
/// one answer is asked for, or the conversation has no place for it.
std::optional<std::string> continuedBody(std::string_view body, std::string_view partialText,
                                         ContinueStyle style);

/// The seam between a broken-off answer and its continuation. What ChatStream relays of the continuation goes
/// through it: chunks with only a role are dropped, and the text that repeats the end of what the client has
/// is taken out; text is held back only until that is decided. Everything else passes as it is, with the id
/// and model of the step that went on, and its finish_reason if it sends one. Engine thread.
class ChatSeam
{
public:
    ChatSeam(ChatFactsReader &reader, std::string sentText);

    /// `relayed`: whole events. Appends what the client is to get.
    void feed(std::string_view relayed, std::string &out);
    /// No more comes, however it ended: lets go what is held back.
    void finish(std::string &out);

    /// The continuation wrote the answer anew (Overlap::restarted). Nothing of it goes to the client: the
    /// answer stays broken off.
    bool restarted() const { return m_overlap.restarted(); }
    /// All text the client has after finish(), if `continuation` is the text of the continuing stream: what
    /// yet another step has to go on from.
    std::string sentWith(std::string_view continuation) const;

private:
    struct Held {
        std::string raw;
        std::string data;
        std::string text; ///< of the first choice
        bool onlyText = false;
    };
    void take(const http::SseEvent &event, std::string &out);
    void letGo(std::string &out);

    ChatFactsReader &m_reader;
    std::string m_sent;
    parts::Overlap m_overlap;
    std::vector<Held> m_held;
    bool m_open = false; ///< decided, and all that repeats is behind us
};

} // namespace signalbox::dialect
