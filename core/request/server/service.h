// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/message.h"
#include "core/request/chain/reply_sink.h"
#include "core/request/server/routes.h"

namespace signalbox::server {

/// A request that has passed every check and come in whole.
struct ServerRequest {
    http::RequestHead head;
    std::string body;   ///< content coding removed
    std::string client; ///< client id; empty: no token was needed, or none was recognised
    std::string userAgent;
    Endpoint endpoint = Endpoint::Root;
    std::string modelId; ///< of Endpoint::Model
    base::SteadyTime receivedAt;
    std::uint16_t peerPort = 0;  ///< the client's end of the connection; 0: not known
    std::uint16_t localPort = 0; ///< ours
};

/// A request being served. Destroying it cancels it: that is how a client that hung up is reported.
class Handler
{
public:
    virtual ~Handler() = default;
    /// The sink's pending bytes have fallen below half of chain::kMaxPendingBytes after having been above it.
    virtual void onDrained() = 0;
};

/// Answers requests. Engine thread; outlives the listener.
class Service
{
public:
    virtual ~Service() = default;
    /// An id for a request that is refused before it gets to handle().
    virtual std::string newRequestId() = 0;
    /// Answers through `sink`, at once (then it may return null) or later through the handler it returns. The
    /// sink lives as long as the handler; its last call may come from inside the handler, which is destroyed
    /// later.
    virtual std::unique_ptr<Handler> handle(ServerRequest request, chain::ReplySink &sink) = 0;
};

} // namespace signalbox::server
