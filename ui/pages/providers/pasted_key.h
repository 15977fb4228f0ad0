// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QString>

#include "core/engine/engine.h"

namespace signalbox::providers {

/// What people paste, as a key: without blanks, line ends, quotes, `NAME=` and `Bearer`.
QString keyFromPaste(const QString &pasted);

/// The preset a key looks as if it was meant for, when that is another one than `chosen`: "sk-ant-…" in the
/// key field of OpenAI. Null when the key says nothing or fits.
const engine::PresetView *betterPreset(const QString &key, const engine::PresetView &chosen,
                                       const std::vector<engine::PresetView> &presets);

/// A key belongs to scheme, host and port: true when going from one base URL to the other leaves them.
bool leavesOrigin(const QString &from, const QString &to);

} // namespace signalbox::providers
