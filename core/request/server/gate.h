// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "core/foundation/http/content_coding.h"
#include "core/foundation/http/message.h"
#include "core/foundation/http/request_parser.h"
#include "core/request/server/access.h"
#include "core/request/server/routes.h"

namespace signalbox::server {

/// What is to be done with a request, known from its head alone.
struct Verdict {
    enum class Kind : std::uint8_t {
        Serve,
        Refuse,
        Preflight, ///< answer 204 with `fields`
    };
    Kind kind = Kind::Serve;
    std::string allowedOrigin; ///< of the web page that sent it, when it may read the answer

    // Refuse, Preflight
    http::Refusal refusal;
    http::Headers fields; ///< go into the answer
    bool wrongToken = false;

    // Serve
    Endpoint endpoint = Endpoint::Root;
    std::string modelId;
    std::string client;
    http::ContentCoding coding = http::ContentCoding::Identity;
    bool expectsContinue = false;
};

/// Every check that stands between a client and the service, in one place, so that no endpoint can forget
/// one. Pure.
Verdict judge(const http::RequestHead &head, const AccessRules &rules);

} // namespace signalbox::server
