// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/foundation/http/request_parser.h"

namespace signalbox::server {

/// The body of a refusal in the shape of the OpenAI API: {"error":{"message","type","param","code"}}.
std::string errorBody(const http::Refusal &refusal);

} // namespace signalbox::server
