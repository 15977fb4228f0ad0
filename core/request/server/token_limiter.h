// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/foundation/base/clock.h"

namespace signalbox::server {

/// Slows down whoever tries tokens: after a burst of wrong ones the refusals come late, and when many are
/// being held back already, the connection is closed. Right tokens never pass through here. Engine thread.
class TokenLimiter
{
public:
    enum class Answer : std::uint8_t {
        Now,
        Later, ///< hold the refusal back, and call released() when it has been sent
        Close, ///< 429 and close
    };
    Answer onWrongToken(base::SteadyTime now);
    void released() { --m_held; }

private:
    double m_allowance = kBurst;
    base::SteadyTime m_last{};
    std::size_t m_held = 0;

    static constexpr double kBurst = 20;
    static constexpr double kPerSecond = 0.5;
    static constexpr std::size_t kMaxHeld = 16;
};

} // namespace signalbox::server
