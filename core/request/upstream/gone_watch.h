// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace signalbox::upstream {

/// Notices that an object was destroyed by somebody it has just called. The object has a `bool *` that is
/// null at rest, and its destructor sets what it points to.
class GoneWatch
{
public:
    explicit GoneWatch(bool *&slot) : m_slot(slot) { m_slot = &m_gone; }
    ~GoneWatch()
    {
        if (!m_gone) {
            m_slot = nullptr;
        }
    }
    GoneWatch(const GoneWatch &) = delete;
    GoneWatch &operator=(const GoneWatch &) = delete;
    bool gone() const { return m_gone; }

private:
    bool *&m_slot;
    bool m_gone = false;
};

} // namespace signalbox::upstream
