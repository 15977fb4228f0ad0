// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/foundation/base/dialect.h"
#include "core/foundation/http/message.h"

namespace signalbox::server {

enum class Endpoint : std::uint8_t {
    Root,
    Health,
    ChatCompletions,
    Responses,
    Messages,
    CountTokens,
    Completions,
    Embeddings,
    Models,
    Model
};

/// Where a request line leads.
struct Route {
    enum class Match : std::uint8_t {
        Found,
        WrongMethod, ///< the path is served, with the methods in `allow`
        Stateful,    ///< a path of the API that needs answers to be kept, which Signalbox does not do
        Unknown,
    };
    Match match = Match::Unknown;
    Endpoint endpoint = Endpoint::Root;
    std::string modelId;    ///< of Endpoint::Model, percent-decoded; may hold slashes
    std::string_view allow; ///< the value of an Allow field
};

/// Looks `target` up in the table of routes. The query plays no part; a missing or doubled "/v1" and a slash
/// at the end are forgiven; nothing else is decoded or cleaned up. Pure.
Route findRoute(std::string_view method, std::string_view target);

/// The dialect in which whoever sent this head understands a refusal.
base::Dialect dialectOf(const http::RequestHead &head);

/// What is served, for error messages.
std::string_view servedRoutes();

} // namespace signalbox::server
