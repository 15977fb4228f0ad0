// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::responses {

/// The Response object around an answer: every member that SDKs demand, with what the client asked for put
/// back into it. One answer, one thread.
class ResponseObject
{
public:
    explicit ResponseObject(const neutral::AnswerContext &context);

    /// Of the answer. A foreign id is replaced by one made from the request's.
    void begin(const neutral::AnswerBegins &begins);
    /// "msg_<request>_3": the same for the same request.
    std::string itemId(std::string_view prefix, std::size_t number) const;

    json::Value inProgress() const;
    json::Value ended(neutral::Stop stop, json::Value output,
                      const std::optional<events::TokenUsage> &usage) const;
    json::Value failed(const neutral::Failure &failure, json::Value output,
                       const std::optional<events::TokenUsage> &usage) const;

private:
    json::Value write(std::string_view status, json::Value output) const;
    void echo(const neutral::Conversation &request);

    std::string m_seed;
    neutral::AnswerBegins m_begins;
    json::Value m_echo; ///< of the request, with defaults for what it does not say
};

} // namespace signalbox::responses
