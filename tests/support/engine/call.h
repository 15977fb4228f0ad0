// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "tests/support/server/raw_client.h"

namespace signalbox::test {

/// What a tool got.
struct Answer {
    int status = 0; ///< 0: no whole answer came
    std::string head;
    std::string body; ///< chunked coding removed

    /// A header's value; empty if it is not there.
    std::string field(std::string_view name) const;
    bool says(std::string_view text) const { return body.find(text) != std::string::npos; }
};

/// One chat request of a tool, on a connection of its own: sent when it is made.
class Call
{
public:
    /// `mark` stands in the body: it tells a fake provider whose request this is.
    Call(std::uint16_t port, std::string mark, const std::string &body, std::string_view extraFields = {});

    /// Waits for the whole answer.
    Answer answer();
    bool waitForText(std::string_view text) { return m_client.waitForText(text); }
    void hangUp();

    const std::string &mark() const { return m_mark; }
    /// As the answer's head says, as soon as that has come; empty before.
    std::string requestId();
    RawClient &client() { return m_client; }

private:
    std::string m_mark;
    RawClient m_client;
};

} // namespace signalbox::test
