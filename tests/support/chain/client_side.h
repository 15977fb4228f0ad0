// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "core/request/chain/reply_sink.h"

namespace signalbox::test {

/// A client's side of a request, which notes whatever is not as chain::ReplySink promises.
class ClientSide final : public chain::ReplySink
{
public:
    void sendWhole(int code, const http::Headers &fields, std::string_view bytes) override;
    void beginStream(int code, const http::Headers &fields) override;
    void streamBytes(std::string_view bytes) override;
    void endStream() override;
    void breakStream() override;
    std::size_t pendingBytes() const override { return pending; }

    std::string header(std::string_view name) const { return std::string(headers.find(name).value_or("")); }

    bool keepsBody = false;
    std::size_t pending = 0;
    std::function<void()> onBytes; ///< of a stream
    std::function<void()> onEnd;   ///< the last call; the exchange may be destroyed in it

    int status = 0;
    http::Headers headers;
    std::string body; ///< if it is kept
    bool begun = false;
    bool ended = false;
    std::string problem; ///< the first; empty: none

private:
    void end();
    void check(bool holds, const char *what)
    {
        if (!holds && problem.empty()) {
            problem = what;
        }
    }
};

} // namespace signalbox::test
