// SPDX-License-Identifier: GPL-3.0-or-later
// base-url = ( "http" / "https" ) "://" host [ ":" port ] [ path ]
// host     = dotted name / dotted IPv4 / "[" IPv6 "]"
#include "core/foundation/http/origin.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <QHostAddress>
#include <QString>

namespace signalbox::http {

using base::ErrorCode;
using base::fail;
using base::Result;

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isNameCharacter(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
}

/// Four decimal numbers and nothing else: what inet_aton takes besides ("127.1", "0x7f.1") is refused.
std::optional<std::array<int, 4>> dottedIpv4(std::string_view host)
{
    std::array<int, 4> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t end = std::min(host.find('.'), host.size());
        const auto [stop, error] = std::from_chars(host.data(), host.data() + end, parts[i]);
        const bool whole = error == std::errc() && stop == host.data() + end;
        if (!whole || !isDigit(host[0]) || parts[i] > 255 || (end > 1 && host[0] == '0')) {
            return std::nullopt;
        }
        const bool last = i + 1 == parts.size();
        if (last != (end == host.size())) {
            return std::nullopt;
        }
        host.remove_prefix(last ? end : end + 1);
    }
    return parts;
}

/// A last label of digits makes resolvers think of an address (WHATWG URL, "ends in a number").
bool endsInNumber(std::string_view host)
{
    const std::string_view label = host.substr(host.rfind('.') + 1);
    return std::ranges::all_of(label, isDigit) || label.starts_with("0x");
}

Result<std::string> checkedName(std::string_view given)
{
    std::string host(given);
    std::ranges::transform(host, host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (host.empty()) {
        return fail(ErrorCode::InvalidArgument, "the address names no host");
    }
    if (!std::ranges::all_of(host, isNameCharacter) || host.front() == '.' || host.back() == '.'
        || host.find("..") != std::string::npos || host.size() > 253) {
        return fail(ErrorCode::InvalidArgument, "\"" + host + "\" is not a host name");
    }
    if (endsInNumber(host) && !dottedIpv4(host)) {
        return fail(ErrorCode::InvalidArgument,
                    "\"" + host + "\" is not an IPv4 address; write it as four numbers");
    }
    return host;
}

Result<std::string> checkedIpv6(std::string_view given)
{
    QHostAddress address;
    const auto text = QString::fromLatin1(given.data(), qsizetype(given.size()));
    if (given.find('%') != given.npos || !address.setAddress(text)
        || address.protocol() != QAbstractSocket::IPv6Protocol) {
        return fail(ErrorCode::InvalidArgument, "\"" + std::string(given) + "\" is not an IPv6 address");
    }
    return address.toString().toStdString();
}

Result<std::uint16_t> checkedPort(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || stop != text.data() + text.size() || port == 0) {
        return fail(ErrorCode::InvalidArgument, "\"" + std::string(text) + "\" is not a port");
    }
    return port;
}

Result<std::string> checkedPath(std::string_view path)
{
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    const bool printable =
        std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
    if (!printable) {
        return fail(ErrorCode::InvalidArgument,
                    "the path of the address holds a character that must be escaped");
    }
    return std::string(path);
}

Result<Origin> parseAuthority(std::string_view authority, bool tls)
{
    Origin origin{tls, {}, static_cast<std::uint16_t>(tls ? 443 : 80)};
    std::string_view port;
    Result<std::string> host;
    if (authority.starts_with('[')) {
        const std::size_t end = authority.find(']');
        if (end == authority.npos) {
            return fail(ErrorCode::InvalidArgument, "the address lacks a ']'");
        }
        host = checkedIpv6(authority.substr(1, end - 1));
        port = authority.substr(end + 1);
    } else {
        const std::size_t colon = std::min(authority.find(':'), authority.size());
        host = checkedName(authority.substr(0, colon));
        port = authority.substr(colon);
    }
    if (!host) {
        return std::unexpected(host.error());
    }
    origin.host = *std::move(host);
    if (!port.empty()) {
        const auto number = checkedPort(port.starts_with(':') ? port.substr(1) : port);
        if (!number || !port.starts_with(':')) {
            return fail(ErrorCode::InvalidArgument, "\"" + std::string(port) + "\" is not a port");
        }
        origin.port = *number;
    }
    return origin;
}

} // namespace

Result<BaseUrl> parseBaseUrl(std::string_view url)
{
    bool tls = false;
    if (url.size() >= 8 && equalsIgnoringCase(url.substr(0, 8), "https://")) {
        tls = true;
        url.remove_prefix(8);
    } else if (url.size() >= 7 && equalsIgnoringCase(url.substr(0, 7), "http://")) {
        url.remove_prefix(7);
    } else {
        return fail(ErrorCode::InvalidArgument, "an address starts with https:// or http://");
    }
    if (url.find_first_of("?#") != url.npos) {
        return fail(ErrorCode::InvalidArgument, "an address has no '?' and no '#'");
    }
    const std::size_t slash = std::min(url.find('/'), url.size());
    const std::string_view authority = url.substr(0, slash);
    if (authority.find('@') != authority.npos) {
        return fail(ErrorCode::InvalidArgument,
                    "an address holds no user name or password; keys are kept apart");
    }
    auto origin = parseAuthority(authority, tls);
    if (!origin) {
        return std::unexpected(origin.error());
    }
    auto path = checkedPath(url.substr(slash));
    if (!path) {
        return std::unexpected(path.error());
    }
    return BaseUrl{*std::move(origin), *std::move(path)};
}

bool Origin::isLoopback() const
{
    if (host == "localhost" || host == "::1") {
        return true;
    }
    const auto address = dottedIpv4(host);
    return address && address->front() == 127;
}

std::string Origin::text() const
{
    return (tls ? "https://" : "http://") + hostField();
}

std::string Origin::hostField() const
{
    std::string field = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (port != (tls ? 443 : 80)) {
        field += ':' + std::to_string(port);
    }
    return field;
}

} // namespace signalbox::http
