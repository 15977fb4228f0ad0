// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox::dialect {

/// 64-bit FNV-1a: tells texts apart, keeps no secrets. One thread.
class Fnv1a
{
public:
    void add(std::string_view text)
    {
        for (const char c : text) {
            m_hash = (m_hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
    }
    /// 16 digits.
    std::string hex() const
    {
        std::string out;
        for (int shift = 60; shift >= 0; shift -= 4) {
            out.push_back("0123456789abcdef"[(m_hash >> shift) & 0xf]);
        }
        return out;
    }

private:
    std::uint64_t m_hash = 0xcbf29ce484222325U;
};

} // namespace signalbox::dialect
