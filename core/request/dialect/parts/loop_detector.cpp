// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/loop_detector.h"

#include <algorithm>

namespace signalbox::parts {

namespace {
constexpr std::size_t kLongestBlock = 400;
constexpr std::size_t kLookEvery = 256;
constexpr std::size_t kAnchor = 16;
constexpr std::size_t kLeastToLook = 400;
constexpr int kMostTries = 16;                   ///< in one look, so that no text can make it dear
constexpr std::size_t kTail = 4 * kLongestBlock; ///< the most that is needed to be sure
constexpr std::size_t kMostKept = 4 * kTail;

/// How many bytes a block of that length must fill.
constexpr std::size_t needed(std::size_t block)
{
    if (block <= 4) {
        return 800;
    }
    return block <= 100 ? std::max<std::size_t>(400, 8 * block) : std::max<std::size_t>(800, 4 * block);
}
static_assert(needed(kLongestBlock) <= kTail);

/// The length of the end of `text` that is one block of `period` bytes over and over.
std::size_t periodicEnd(std::string_view text, std::size_t period, std::size_t enough)
{
    std::size_t length = period;
    while (length < enough && length < text.size()
           && text[text.size() - length - 1] == text[text.size() - length - 1 + period]) {
        ++length;
    }
    return length;
}
} // namespace

void LoopDetector::feed(std::string_view text)
{
    while (!m_looping && !text.empty()) {
        const std::string_view piece = text.substr(0, kLookEvery - m_unseen);
        text.remove_prefix(piece.size());
        m_tail.append(piece);
        m_unseen += piece.size();
        if (m_unseen < kLookEvery) {
            return;
        }
        m_unseen = 0;
        if (m_tail.size() > kMostKept) {
            m_tail.erase(0, m_tail.size() - kTail);
        }
        if (m_tail.size() >= kLeastToLook) {
            look();
        }
    }
}

void LoopDetector::look()
{
    const std::string_view tail = m_tail;
    const std::string_view anchor = tail.substr(tail.size() - kAnchor);
    std::size_t shortest = 0; ///< the first period found, and how far it reaches
    std::size_t reach = 0;
    int tried = 0;
    for (std::size_t period = 0; tried < kMostTries;) {
        // From near to far, the places where the anchor's last byte stands.
        const std::size_t at = tail.rfind(anchor.back(), tail.size() - 2 - period);
        if (at == tail.npos || at + 1 < kAnchor) {
            return;
        }
        period = tail.size() - 1 - at;
        if (period > kLongestBlock) {
            return;
        }
        const bool sameAgain = shortest > 0 && period % shortest == 0 && period + kAnchor <= reach;
        if (sameAgain || tail.substr(at + 1 - kAnchor, kAnchor) != anchor) {
            continue;
        }
        ++tried;
        const std::size_t filled = periodicEnd(tail, period, needed(period));
        if (filled >= needed(period)) {
            m_looping = true;
            m_tail = {};
            return;
        }
        if (shortest == 0) {
            shortest = period;
            reach = filled;
        }
    }
}

} // namespace signalbox::parts
