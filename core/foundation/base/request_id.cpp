// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/request_id.h"

#include <algorithm>

namespace signalbox::base {

namespace {
__extension__ using Wide = unsigned __int128;
constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string encode(std::uint64_t milliseconds, std::uint64_t high16, std::uint64_t low64)
{
    std::string text(26, '0');
    for (int i = 9; i >= 0; --i, milliseconds >>= 5) {
        text[static_cast<std::size_t>(i)] = kAlphabet[milliseconds & 31];
    }
    Wide chance = (static_cast<Wide>(high16 & 0xffff) << 64) | low64;
    for (int i = 25; i >= 10; --i, chance >>= 5) {
        text[static_cast<std::size_t>(i)] = kAlphabet[static_cast<unsigned>(chance & 31)];
    }
    return text;
}

std::uint64_t milliseconds(WallTime at)
{
    return static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());
}
} // namespace

RequestId RequestId::fromText(std::string_view text)
{
    RequestId id;
    if (text.size() <= id.m_text.size()) {
        std::copy(text.begin(), text.end(), id.m_text.begin());
        id.m_size = static_cast<std::uint8_t>(text.size());
    }
    return id;
}

RequestId RequestId::lowest(WallTime at)
{
    return fromText(encode(milliseconds(at), 0, 0));
}

RequestId RequestIdSource::next(WallTime now, Random &random)
{
    const std::uint64_t at = milliseconds(now);
    if (at > m_milliseconds) {
        m_milliseconds = at;
        m_high = random.next() & 0x7fff; // the top bit is room to count up into
        m_low = random.next();
    } else if (++m_low == 0) {
        ++m_high;
    }
    return RequestId::fromText(encode(m_milliseconds, m_high, m_low));
}

} // namespace signalbox::base
