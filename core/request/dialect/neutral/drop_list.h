// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/foundation/base/error.h"

namespace signalbox::neutral {

/// What a writer had no words for, each name once, in the order of the first loss. One thread.
class DropList
{
public:
    void add(std::string_view name)
    {
        if (std::ranges::find(m_names, name) == m_names.end()) {
            m_names.emplace_back(name);
        }
    }
    void addIf(bool lost, std::string_view name)
    {
        if (lost) {
            add(name);
        }
    }
    /// Something the user wants looked at: without it the answer would be to another question.
    void lose(std::string_view what)
    {
        if (m_lost.empty()) {
            m_lost = what;
        }
    }
    /// InvalidArgument: something was lost, and which.
    base::Result<void> check() const
    {
        return m_lost.empty() ? base::Result<void>()
                              : base::fail(base::ErrorCode::InvalidArgument,
                                           "the request holds " + m_lost + ", which it cannot be given");
    }
    const std::vector<std::string> &names() const { return m_names; }
    std::vector<std::string> take() { return std::move(m_names); }

private:
    std::vector<std::string> m_names;
    std::string m_lost;
};

} // namespace signalbox::neutral
