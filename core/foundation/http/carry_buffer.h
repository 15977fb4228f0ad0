// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace signalbox::http {

/// The input of an incremental parser: looks at the caller's bytes in place as long as they last, and copies
/// only what is left over when the caller needs its buffer back.
class CarryBuffer
{
public:
    /// `bytes` must stay valid until carry() or clear().
    void feed(std::string_view bytes)
    {
        if (m_carried.empty()) {
            m_rest = bytes;
        } else {
            m_carried.append(bytes);
            m_rest = m_carried;
        }
    }
    std::string_view rest() const { return m_rest; }
    void consume(std::size_t count) { m_rest.remove_prefix(count); }
    /// Keeps what is left for the next feed(); views into the old rest are void.
    void carry()
    {
        if (m_rest.data() >= m_carried.data() && m_rest.data() <= m_carried.data() + m_carried.size()) {
            m_carried.erase(0, m_carried.size() - m_rest.size());
        } else {
            m_carried.assign(m_rest);
        }
        if (m_carried.empty() && m_carried.capacity() > kKeepCapacity) {
            m_carried.shrink_to_fit();
        }
        m_rest = m_carried;
    }
    void clear()
    {
        m_carried.clear();
        m_rest = {};
    }

private:
    static constexpr std::size_t kKeepCapacity = 64 * 1024;
    std::string m_carried;
    std::string_view m_rest;
};

} // namespace signalbox::http
