// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/nice_axis.h"

#include <cmath>

namespace signalbox::charts {

NiceAxis niceAxis(double highest, int steps)
{
    if (!(highest > 0)) {
        return {};
    }
    const double raw = highest / steps;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        const double step = factor * power;
        // The tolerance keeps 0.3 / 0.1 from asking for a fourth step.
        const double count = std::ceil(highest / step - 1e-9);
        if (count <= steps) {
            return {step, step * count};
        }
    }
    return {10 * power, 10 * power * steps};
}

} // namespace signalbox::charts
