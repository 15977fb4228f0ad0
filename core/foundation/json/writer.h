// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/foundation/json/value.h"

namespace signalbox::json {

/// Text for people: members in their order, 2 spaces per level, short lists and objects of plain values on
/// one line, a newline at the end. Reads back as the same tree.
std::string writePretty(const Value &value);
/// The same on one line without spaces.
std::string writeCompact(const Value &value);

} // namespace signalbox::json
