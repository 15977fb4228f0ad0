// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/foundation/http/sse_parser.h"
#include "core/request/dialect/neutral/answer.h"

namespace signalbox::neutral {

/// What a user is made to say where a provider refuses a conversation that the model begins.
constexpr std::string_view kOpener = "(start)";

/// What the writer of a request has to know besides the conversation.
struct RequestContext {
    std::string model;                ///< that the step asks for
    bool stream = false;              ///< the provider is to stream
    std::int64_t maxOutput = 0;       ///< of the model; 0: not known. For dialects that must name a limit
    std::vector<std::string> accepts; ///< features of the provider that the dialect alone does not promise
};

/// A request or answer, and what of it the dialect had no words for: the names a client would use
/// ("logit_bias", "thinking", "image detail"), each once.
struct Written {
    std::string body;
    std::vector<std::string> dropped;
};

/// What the writer of an answer has to know of the request it answers.
struct AnswerContext {
    std::string id;                ///< of the request: from it the writer makes the ids that the answer lacks
    std::int64_t now = 0;          ///< epoch seconds, for answers that do not say when they were made
    bool usageAsked = false;       ///< Chat streams only
    std::int64_t promptTokens = 0; ///< an estimate, for dialects that must name it before the provider does
    const Conversation *request = nullptr; ///< for dialects that echo it (Responses); outlives the writer
};

/// Reads the stream of one answer event by event. One answer, one reader.
class StreamReader
{
public:
    virtual ~StreamReader() = default;
    /// Appends what the event says; nothing for pings and comments. False: it is not what the dialect can say
    /// (not JSON, no object): the stream is garbled. Bytes that are not UTF-8 do not make it so.
    virtual bool take(const http::SseEvent &event, std::vector<StreamItem> &out) = 0;
    /// The body has ended well: closes open parts, and says AnswerEnds where the dialect has no end marker of
    /// its own or the provider forgot it although every choice ended.
    virtual void finish(std::vector<StreamItem> &out) = 0;
};

/// Writes the stream of one answer for a client. One answer, one writer.
class StreamWriter
{
public:
    virtual ~StreamWriter() = default;
    /// Appends whole events. AnswerFails becomes the dialect's error event, with no end marker after it.
    virtual void write(const StreamItem &item, std::string &out) = 0;
    /// Names of what was left out so far, as Written::dropped.
    virtual const std::vector<std::string> &dropped() const = 0;
};

/// One dialect, both ways. Stateless and pure; any thread.
class Codec
{
public:
    virtual ~Codec() = default;
    virtual base::Dialect dialect() const = 0;

    /// InvalidArgument names the member that is wrong, in the client's words ("messages[2].content").
    virtual base::Result<Conversation> readRequest(std::string_view body) const = 0;
    /// InvalidArgument: this conversation cannot be said in the dialect at all.
    virtual base::Result<Written> writeRequest(const Conversation &conversation,
                                               const RequestContext &context) const = 0;
    /// Corrupt: no answer of this dialect. A failure inside a success is for dialect::readProviderError.
    virtual base::Result<Answer> readAnswer(std::string_view body) const = 0;
    virtual Written writeAnswer(const Answer &answer, const AnswerContext &context) const = 0;

    virtual std::unique_ptr<StreamReader> makeReader() const = 0;
    virtual std::unique_ptr<StreamWriter> makeWriter(const AnswerContext &context) const = 0;

    /// The body of a refusal of the whole request, as this dialect's clients know it.
    virtual std::string failureBody(const Failure &failure) const = 0;
    /// The event that tells of a failure in the middle of a stream.
    virtual std::string failureEvent(const Failure &failure) const = 0;
};

} // namespace signalbox::neutral
