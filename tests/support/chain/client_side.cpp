// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/chain/client_side.h"

namespace signalbox::test {

void ClientSide::sendWhole(int code, const http::Headers &fields, std::string_view bytes)
{
    check(!begun, "a whole answer after the head of a stream");
    check(!bytes.empty(), "an answer without a body");
    status = code;
    headers = fields;
    if (keepsBody) {
        body = bytes;
    }
    end();
}

void ClientSide::beginStream(int code, const http::Headers &fields)
{
    check(!begun, "the head of a stream, twice");
    check(!ended, "the head of a stream behind the end");
    begun = true;
    status = code;
    headers = fields;
}

void ClientSide::streamBytes(std::string_view bytes)
{
    check(begun, "a stream without a head");
    check(!ended, "bytes behind the end");
    if (keepsBody) {
        body += bytes;
    }
    if (onBytes) {
        onBytes();
    }
}

void ClientSide::endStream()
{
    check(begun, "the end of a stream without a head");
    end();
}

void ClientSide::breakStream()
{
    check(begun, "a stream broken off that has not begun");
    end();
}

void ClientSide::end()
{
    check(!ended, "a second final answer");
    ended = true;
    if (onEnd) {
        onEnd();
    }
}

} // namespace signalbox::test
