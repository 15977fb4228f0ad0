// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/foundation/json/value.h"

namespace signalbox::test {

/// Just enough of JSON Schema 2020-12 to hold a document against our own schema: type, properties, required,
/// additionalProperties, propertyNames, items, enum, minimum, maximum, minLength, maxLength, minItems,
/// pattern, oneOf and local $ref. A word of the schema that it does not know is itself a fault. Returns what
/// is wrong first, or nothing.
std::string schemaFault(const json::Value &schema, const json::Value &document);

} // namespace signalbox::test
