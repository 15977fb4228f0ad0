// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/request_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace signalbox::upstream {

namespace {

bool belongsToTheWire(std::string_view name)
{
    static constexpr std::array<std::string_view, 8> kNames{
        "host",    "connection", "content-length", "transfer-encoding", "accept-encoding",
        "upgrade", "te",         "expect"};
    return std::ranges::any_of(kNames, [&](auto own) { return http::equalsIgnoringCase(own, name); });
}

bool isTarget(std::string_view target)
{
    return target.starts_with('/')
           && std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f'; });
}

void append(QByteArray &to, std::string_view text)
{
    to.append(text.data(), qsizetype(text.size()));
}

} // namespace

base::Result<QByteArray> serialise(const WireRequest &request)
{
    using base::ErrorCode;
    if (!http::isValidFieldName(request.method) || !isTarget(request.target)) {
        return base::fail(ErrorCode::InvalidArgument, "the path of the request is not valid");
    }
    std::size_t size = request.method.size() + request.target.size() + request.origin.host.size()
                       + request.body.size() + 128;
    for (const http::Header &field : request.headers) {
        if (!http::isValidFieldName(field.name) || !http::isValidFieldValue(field.value)) {
            return base::fail(ErrorCode::InvalidArgument, "a header field of the request is not valid");
        }
        if (belongsToTheWire(field.name)) {
            return base::fail(ErrorCode::InvalidArgument, "the header " + field.name + " may not be set");
        }
        size += field.name.size() + field.value.size() + 4;
    }
    QByteArray out;
    out.reserve(qsizetype(size));
    append(out, request.method);
    append(out, " ");
    append(out, request.target);
    append(out, " HTTP/1.1\r\nHost: ");
    append(out, request.origin.hostField());
    append(out, "\r\nAccept-Encoding: identity\r\n");
    for (const http::Header &field : request.headers) {
        append(out, field.name);
        append(out, ": ");
        append(out, field.value);
        append(out, "\r\n");
    }
    if (!request.body.empty() || request.method == "POST") {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), request.body.size()).ptr;
        append(out, "Content-Length: ");
        append(out, {digits.data(), std::size_t(end - digits.data())});
        append(out, "\r\n");
    }
    append(out, "\r\n");
    append(out, request.body);
    return out;
}

} // namespace signalbox::upstream
