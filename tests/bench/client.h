// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "tests/bench/journal.h"
#include "tests/bench/link.h"
#include "tests/bench/message_reader.h"
#include "tests/bench/traffic.h"

namespace signalbox::bench {

/// Where requests go: Signalbox with a client's token, or the mock provider with its key.
struct Destination {
    std::uint16_t port = 0;
    std::string token;
};

/// One kept connection of a tool, one request at a time. Throws Failure when an answer is not, byte by byte,
/// the one that the mock provider gave.
class Client final : public Link, private MessageSink
{
public:
    using Done = std::function<void(Id)>;

    Client(Poller &poller, Journal &journal, const Destination &to);
    static std::shared_ptr<Client> connected(Poller &poller, Journal &journal, const Destination &to);

    Id ask(const Ask &ask, Done done);
    /// Runs the loop until the answer is there.
    Trace &askAndWait(const Ask &ask);

private:
    void onBytes(std::string_view bytes) override;
    void onClosed() override;
    void onHead(std::string_view head) override;
    void onBody(std::string_view part) override;
    void onMessageEnd() override;
    void noteChunks(Trace &trace);

    Journal &m_journal;
    std::string m_fields;
    MessageReader m_reader;
    Id m_id = 0;
    bool m_stream = false;
    std::size_t m_opening = 0; ///< bytes before the first chunk
    std::size_t m_chunkSize = 0;
    std::string m_body;
    Done m_done; ///< empty: nothing is under way
};

} // namespace signalbox::bench
