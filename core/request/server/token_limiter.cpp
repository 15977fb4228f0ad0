// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/token_limiter.h"

#include <algorithm>

namespace signalbox::server {

TokenLimiter::Answer TokenLimiter::onWrongToken(base::SteadyTime now)
{
    const double seconds = std::max(0.0, base::toMs(now - m_last) / 1000);
    m_allowance = std::min(kBurst, m_allowance + seconds * kPerSecond);
    m_last = now;
    if (m_allowance >= 1) {
        m_allowance -= 1;
        return Answer::Now;
    }
    if (m_held >= kMaxHeld) {
        return Answer::Close;
    }
    ++m_held;
    return Answer::Later;
}

} // namespace signalbox::server
