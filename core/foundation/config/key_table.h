// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/foundation/config/config.h"
#include "core/foundation/config/reading.h"

namespace signalbox::config {

/// Every field the configuration knows, by the kind of object it stands in: one table for reading, writing
/// and checking. Its defaults are those of the structs in config.h.
struct SectionInfo {
    std::string_view name; ///< as in the schema's $defs; "config" is the document itself
    std::vector<FieldInfo> fields;
    std::vector<json::Value> defaults; ///< of each field, in the same order
};

std::vector<SectionInfo> sections();

/// Reads what it can into `out`; mistakes go to `reading`. Lists keep their length, so that indices in the
/// result are those of the document.
void fromJson(Reading &reading, const json::Value &root, Config &out);
json::Value toJson(const Config &config);

} // namespace signalbox::config
