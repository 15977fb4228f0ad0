// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/random.h"

namespace signalbox::base {

/// The id of one client request: a ULID (48 bits of milliseconds, 80 of chance) in Crockford's base 32, 26
/// characters, so that ids sort by time. Source: github.com/ulid/spec.
class RequestId
{
public:
    RequestId() = default;
    static RequestId make(WallTime now, Random &random);
    /// Takes any text; ids come back from the ledger and from users.
    static RequestId fromText(std::string_view text) { return RequestId(std::string(text)); }
    /// The smallest id a request of that time can have.
    static RequestId lowest(WallTime at);

    const std::string &text() const { return m_text; }
    bool empty() const { return m_text.empty(); }
    auto operator<=>(const RequestId &) const = default;

private:
    explicit RequestId(std::string text) : m_text(std::move(text)) {}
    std::string m_text;
};

} // namespace signalbox::base
