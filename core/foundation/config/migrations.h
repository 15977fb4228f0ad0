// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/foundation/base/error.h"
#include "core/foundation/json/value.h"

namespace signalbox::config {

constexpr int kSchemaVersion = 1;

/// Lifts a document of version `from` to the next one, in place.
struct Migration {
    int from = 0;
    void (*lift)(json::Value &root) = nullptr;
};

/// The steps this version knows, one for each older schema version. Empty: version 1 is the first.
std::span<const Migration> migrations();

/// Brings a document to version `current`. Unsupported, with what to do, for a newer one. A document without
/// a readable version is left alone: the reader says what is wrong with it.
base::Result<void> migrate(json::Value &root, std::span<const Migration> steps = migrations(),
                           int current = kSchemaVersion);

} // namespace signalbox::config
