// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "tests/support/engine/engine_fixture.h"

namespace signalbox::test {

/// Compares what the tools sent, what the fake providers saw and answered, and what the ledger's file says:
///
/// - every request of a tool has one row, and it is final;
/// - every request on a wire is one attempt, every attempt that got as far as the wire one request on it;
/// - the tokens of an attempt are those its provider sent, or the row says that they are estimated.
///
/// Empty: they agree. Else the first thing they disagree on. Call it after every scenario, before stop().
QString disagreement(EngineFixture &box);

} // namespace signalbox::test
