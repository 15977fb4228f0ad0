// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/request/dialect/request_traits.h"

namespace signalbox::dialect {

constexpr std::int64_t kTokensPerImage = 1000; ///< whatever its size: between a thumbnail's 85 and 1,600
constexpr std::int64_t kTokensPerAudio = 500;  ///< a clip of 50 seconds
constexpr std::int64_t kTokensPerFile = 1500;  ///< a few pages
constexpr std::int64_t kTokensPerMessage = 4;  ///< its role and its borders

/// The conversation of a request, message by message, in the order of `messages`.
struct ChatOutline {
    enum class Role : std::uint8_t { System, User, Assistant, Tool };
    struct Message {
        Role role = Role::User; ///< of one that cannot be read: User
        std::int64_t tokens = 0;
        bool callsTools = false;
        std::vector<std::string> calls; ///< ids of the tool calls it makes
        std::string answers;            ///< id of the tool call whose result it is
    };
    std::vector<Message> messages;
    std::int64_t otherTokens = 0; ///< tools, schema and what opens the answer
};

/// Reads what routing wants to know of an OpenAI chat request beyond its model. Tokens are estimated by
/// parts::estimateTokens, with a fixed number for an image, a clip and a file: their base64 is not text.
/// `session` is 64-bit FNV-1a, in hex, over the system text before the first user turn and that turn (of
/// images: their size): the same for all turns of a conversation and whatever the model, not secret and not
/// collision-proof. Holds the parser's memory. Engine thread.
class ChatTraitsReader
{
public:
    ChatTraitsReader();
    ~ChatTraitsReader();

    /// `body` must be a request that ClientRequestReader took; of others less is told. In one pass, in place
    /// where the string has room behind its end.
    RequestTraits read(const std::string &body, ChatOutline *outline = nullptr);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::dialect
