// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/foundation/base/dialect.h"
#include "core/foundation/http/request_parser.h"

namespace signalbox::server {

/// The body of a refusal in the dialect of whoever asked.
std::string errorBody(const http::Refusal &refusal, base::Dialect dialect);

} // namespace signalbox::server
