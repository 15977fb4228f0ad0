// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/foundation/base/clock.h"

namespace signalbox::base {

/// The machine's clock, with one QTimer behind all timers. Make it in the thread that uses it.
class SystemClock final : public Clock
{
public:
    SystemClock();
    ~SystemClock() override;

    SteadyTime now() const override;
    WallTime wallNow() const override;
    Duration asleep() const override; ///< Linux tells
    std::unique_ptr<Timer> makeTimer(std::function<void()> onFire) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::base
