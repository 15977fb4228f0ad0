// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "core/foundation/base/error.h"
#include "core/request/upstream/attempt.h"

namespace signalbox::upstream {

/// Head and body as they go on the wire, in one piece. InvalidArgument for what would break the framing: a
/// line break in a field, or a field that belongs to the wire itself. The message shows no values.
base::Result<QByteArray> serialise(const WireRequest &request);

} // namespace signalbox::upstream
