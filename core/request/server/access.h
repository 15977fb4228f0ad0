// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/foundation/base/secret_string.h"
#include "core/foundation/http/message.h"

namespace signalbox::server {

/// Who may use the server. Swapped whole when the configuration changes; never changed in place.
struct AccessRules {
    std::uint16_t port = 0; ///< where we listen; kept right by the listener
    bool requireToken = true;
    std::vector<std::string> allowedOrigins;                        ///< exact, as a browser sends them
    std::vector<std::pair<std::string, base::SecretString>> tokens; ///< client id and its token
};

/// True for exactly our own names: 127.0.0.1, localhost and [::1], with our port. A web page that made its
/// name resolve to this machine sends another one (DNS rebinding).
bool isOwnHost(std::string_view host, std::uint16_t port);

enum class OriginVerdict : std::uint8_t {
    NotAPage, ///< not sent by a web page, or by one of our own
    Allowed,
    Refused,
};
/// Browsers say on whose behalf they send; programs do not.
OriginVerdict judgeOrigin(const http::Headers &headers, const AccessRules &rules);

struct TokenVerdict {
    enum class Kind : std::uint8_t { Right, Wrong, Missing };
    Kind kind = Kind::Missing;
    std::string client; ///< whose token it is
};
/// Looks for a token in `Authorization: Bearer` and `x-api-key`. Takes the same time whichever token it is
/// close to.
TokenVerdict judgeToken(const http::Headers &headers, const AccessRules &rules);

} // namespace signalbox::server
