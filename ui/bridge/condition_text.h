// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/foundation/config/condition.h"

namespace signalbox::bridge {

/// A condition in one line, to stand behind "Only if": "tools and prompt tokens > 8,000". Empty for one that
/// asks for nothing.
QString conditionText(const config::Condition &condition);

} // namespace signalbox::bridge
