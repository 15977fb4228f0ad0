// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace signalbox::parts {

/// Notices that a model has fallen into a loop: the end of its output is one block of at most 400 bytes over
/// and over. How often depends on the block: one of up to 4 bytes must fill 800 bytes, one of up to 100 must
/// stand there 8 times and fill 400, a longer one 4 times and fill 800. That is more than tables, rules of
/// dashes, indentation and lists of code have; a person who asks for a line a hundred times over gets a loop.
/// Looks at the end once every 256 bytes, for earlier places of the last 16 bytes: a nanosecond or two a
/// byte.
class LoopDetector
{
public:
    void feed(std::string_view text);
    /// Once true, true for good.
    bool looping() const { return m_looping; }

private:
    void look();

    std::string m_tail;
    std::size_t m_unseen = 0; ///< bytes since the last look
    bool m_looping = false;
};

} // namespace signalbox::parts
