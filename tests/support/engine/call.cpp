// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/engine/call.h"

#include <cstdlib>

#include "core/foundation/http/message.h"

namespace signalbox::test {

namespace {
std::string fieldOf(std::string_view head, std::string_view name)
{
    for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at)) {
        at += 2;
        const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
        const std::size_t colon = line.find(": ");
        if (colon != line.npos && http::equalsIgnoringCase(line.substr(0, colon), name)) {
            return std::string(line.substr(colon + 2));
        }
    }
    return {};
}
} // namespace

std::string Answer::field(std::string_view name) const
{
    return fieldOf(head, name);
}

Call::Call(std::uint16_t port, std::string mark, const std::string &body, std::string_view extraFields)
    : m_mark(std::move(mark)), m_client(port)
{
    m_client.send(post(port, body, "/v1/chat/completions", extraFields));
}

Answer Call::answer()
{
    if (!m_client.waitForResponses(1)) {
        return {.head = {}, .body = "no whole answer, but: " + m_client.received()};
    }
    return {std::atoi(m_client.statuses().c_str()), m_client.head(), m_client.body()};
}

void Call::hangUp()
{
    m_client.received(); // what has come stays known
    m_client.socket().abort();
}

std::string Call::requestId()
{
    const std::string &all = m_client.received();
    const std::size_t end = all.find("\r\n\r\n");
    return end == std::string::npos ? std::string()
                                    : fieldOf(all.substr(0, end + 2), "x-signalbox-request-id");
}

} // namespace signalbox::test
