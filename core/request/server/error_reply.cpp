// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/error_reply.h"

#include "core/foundation/json/splice.h"

namespace signalbox::server {

std::string errorBody(const http::Refusal &refusal)
{
    const char *type = refusal.status >= 500 ? "server_error" : "invalid_request_error";
    return R"({"error":{"message":)" + json::quoted(refusal.message) + R"(,"type":")" + type
           + R"(","param":null,"code":)" + json::quoted(refusal.code) + "}}";
}

} // namespace signalbox::server
