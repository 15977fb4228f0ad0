// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/foundation/base/dialect.h"
#include "core/foundation/base/error.h"
#include "core/foundation/json/splice.h"

namespace signalbox::dialect {

/// What routing needs to know of a client's request in any dialect, and where the values stand that a step
/// changes.
struct ClientRequest {
    base::Dialect dialect = base::Dialect::Chat;
    std::string model;
    json::Span modelAt;
    bool stream = false;
    std::optional<json::Span> streamAt;         ///< the value of `stream`, if it is given
    bool usageAsked = false;                    ///< stream_options.include_usage was true
    std::optional<json::Span> streamOptionsAt;  ///< its whole value, if there is one that is not an object
    std::optional<json::Span> includeUsageAt;   ///< its value
    std::optional<std::size_t> inStreamOptions; ///< just behind the brace of stream_options
    bool streamOptionsEmpty = true;
    bool goesOnFromId = false; ///< Responses: previous_response_id names an answer that one provider keeps
    std::size_t inRoot = 0;    ///< just behind the first brace
};

/// Reads requests; holds the JSON parser's memory between them. Engine thread.
class ClientRequestReader
{
public:
    ClientRequestReader();
    ~ClientRequestReader();

    /// Checks the whole text and locates what is needed. Errors are InvalidArgument with the place of the
    /// mistake. May grow the capacity of `body`, never its bytes.
    base::Result<ClientRequest> read(std::string &body, base::Dialect dialect = base::Dialect::Chat);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::dialect
