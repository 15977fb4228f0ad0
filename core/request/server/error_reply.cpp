// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/error_reply.h"

#include "core/request/dialect/translate/codecs.h"

namespace signalbox::server {

std::string errorBody(const http::Refusal &refusal, base::Dialect dialect)
{
    return translate::codecFor(dialect).failureBody(
        {.status = refusal.status,
         .message = refusal.message,
         .type = refusal.status >= 500 ? "server_error" : "invalid_request_error",
         .code = refusal.code,
         .param = {}});
}

} // namespace signalbox::server
