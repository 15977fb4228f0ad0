// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "core/record/events/outcome.h"
#include "tests/support/engine/engine_fixture.h"

namespace signalbox::test {

/// What a provider can do wrong before the first content, and what that is called.
struct Fault {
    const char *name;
    events::Outcome outcome;
    Reply whole;
    std::optional<Reply> stream = std::nullopt; ///< none: the same
    events::Outcome streamOutcome = outcome;
};

QString text(events::Outcome outcome);

/// Each fault as a row for a client that streams and one that does not.
void addRows(const std::vector<Fault> &faults);
/// Runs the row: the first provider does wrong, the second must answer.
void runRow(const std::vector<Fault> &faults);

/// Starts and asks once: step 1 must end in `expected`, step 2 answer, the client notice nothing, and the
/// three logs agree.
void goesOn(TwoProviders &box, bool stream, events::Outcome expected);

} // namespace signalbox::test
