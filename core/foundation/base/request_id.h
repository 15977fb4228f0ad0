// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/random.h"

namespace signalbox::base {

/// The id of one client request: a ULID (48 bits of milliseconds, 80 of chance) in Crockford's base 32, 26
/// characters, so that ids sort by time. Source: github.com/ulid/spec. Copied with every event, hence without
/// a heap.
class RequestId
{
public:
    RequestId() = default;
    /// Takes any text; ids come back from the ledger and from users. What is longer than an id can be is no
    /// id: empty.
    static RequestId fromText(std::string_view text);
    /// The smallest id a request of that time can have.
    static RequestId lowest(WallTime at);

    std::string text() const { return std::string(view()); }
    std::string_view view() const { return {m_text.data(), m_size}; }
    bool empty() const { return m_size == 0; }
    bool operator==(const RequestId &other) const { return view() == other.view(); }
    auto operator<=>(const RequestId &other) const { return view() <=> other.view(); }

private:
    std::array<char, 31> m_text{};
    std::uint8_t m_size = 0;
};

/// Makes ids that sort in the order they were made, within one millisecond and when the wall clock steps back
/// as well. One thread.
class RequestIdSource
{
public:
    RequestId next(WallTime now, Random &random);

private:
    std::uint64_t m_milliseconds = 0;
    std::uint64_t m_high = 0; ///< 16 bits
    std::uint64_t m_low = 0;
};

} // namespace signalbox::base
