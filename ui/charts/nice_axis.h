// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace signalbox::charts {

/// A value axis that starts at zero and ends on a round number: 1, 2 or 5 times a power of ten per step.
struct NiceAxis {
    double step = 1;
    double max = 1;
};

/// At most `steps` steps that cover `highest`.
NiceAxis niceAxis(double highest, int steps);

} // namespace signalbox::charts
