// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/base/random.h"
#include "core/foundation/config/condition.h"
#include "core/foundation/json/value.h"

namespace signalbox::test {

/// A document that reads as a condition; every operator and kind of field comes up. `depth`: of $and, $or,
/// $not.
json::Value randomConditionDocument(base::Random &random, int depth = 3);

/// What such a document reads as.
config::Condition randomCondition(base::Random &random);

} // namespace signalbox::test
