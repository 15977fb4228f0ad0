// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/json/value.h"

namespace signalbox::gemini {

/// A JSON Schema cut down to the part of OpenAPI that `parameters` and `responseSchema` take, for providers
/// that do not take JSON Schema itself: types in capitals, references put in place, one-of as any-of,
/// constants as enums. What has no counterpart is left out; what refers to itself ends as a plain object.
json::Value openApiSchema(const json::Value &schema);

} // namespace signalbox::gemini
