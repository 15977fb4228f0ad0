// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/client.h"

#include <algorithm>
#include <utility>

namespace signalbox::bench {

Client::Client(Poller &poller, Journal &journal, const Destination &to)
    : Link(poller, connectTo(to.port)),
      m_journal(journal),
      m_fields("POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(to.port)
               + "\r\nauthorization: Bearer " + to.token
               + "\r\ncontent-type: application/json\r\nuser-agent: signalbox_bench\r\naccept: */*\r\n"
                 "content-length: "),
      m_reader(*this)
{}

std::shared_ptr<Client> Client::connected(Poller &poller, Journal &journal, const Destination &to)
{
    auto client = std::make_shared<Client>(poller, journal, to);
    client->open();
    return client;
}

Id Client::ask(const Ask &ask, Done done)
{
    m_id = m_journal.add();
    m_stream = ask.stream;
    m_opening = ask.stream ? streamOpening(m_id).size() : 0;
    m_chunkSize = ask.stream ? streamChunk(m_id, 0).size() : 0;
    m_body.clear();
    m_done = std::move(done);
    const std::string body = requestBody(ask, m_id);
    const std::string message = m_fields + std::to_string(body.size()) + "\r\n\r\n" + body;
    m_journal[m_id].sent = Clock::now();
    send(message);
    return m_id;
}

Trace &Client::askAndWait(const Ask &asked)
{
    bool done = false;
    const Id id = ask(asked, [&done](Id) { done = true; });
    poller().runUntil([&done] { return done; }, "an answer");
    return m_journal[id];
}

void Client::onBytes(std::string_view bytes)
{
    if (!m_done) {
        throw Failure("bytes without a request: " + std::string(bytes.substr(0, 200)));
    }
    m_reader.feed(bytes);
}

void Client::onClosed()
{
    throw Failure(m_done ? "a connection was closed before its answer was complete"
                         : "an idle connection was closed");
}

void Client::onHead(std::string_view head)
{
    if (!head.starts_with("HTTP/1.1 200 ")) {
        throw Failure("a request was answered with: " + std::string(head));
    }
    const std::string_view type = m_stream ? "text/event-stream" : "application/json";
    if (!field(head, "content-type").value_or("").starts_with(type)) {
        throw Failure("not the content type asked for: " + std::string(head));
    }
}

void Client::onBody(std::string_view part)
{
    Trace &trace = m_journal[m_id];
    if (m_body.empty()) {
        trace.firstByte = poller().now();
    }
    m_body += part;
    if (m_stream && m_journal.shape.pace != Duration{}) {
        noteChunks(trace);
    }
}

void Client::noteChunks(Trace &trace)
{
    const std::size_t chunks = static_cast<std::size_t>(m_journal.shape.chunks);
    const std::size_t whole = m_body.size() < m_opening ? 0 : (m_body.size() - m_opening) / m_chunkSize;
    while (trace.chunksArrived.size() < std::min(whole, chunks)) {
        trace.chunksArrived.push_back(poller().now());
    }
}

void Client::onMessageEnd()
{
    std::string expected;
    if (m_stream) {
        expected = streamOpening(m_id);
        for (int n = 0; n < m_journal.shape.chunks; ++n) {
            expected += streamChunk(m_id, n);
        }
        expected += streamEnd(m_id, m_journal.shape);
    } else {
        expected = wholeAnswer(m_id);
    }
    if (m_body != expected) {
        throw Failure("the client got other bytes than the provider sent:\n" + m_body.substr(0, 2000));
    }
    m_journal[m_id].ended = poller().now();
    std::exchange(m_done, nullptr)(m_id);
}

} // namespace signalbox::bench
