// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar is Boost.Beast's (RFC 9112). What Beast lets pass though two readers may understand it
// differently is refused here: folded lines, repeated or listed Content-Length, transfer codings other than
// "chunked", a missing or repeated Host, an absolute target that contradicts Host.
#include "core/foundation/http/request_parser.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <boost/beast/http/basic_parser.hpp>

namespace signalbox::http {

namespace beast = boost::beast;

namespace {
constexpr std::size_t kMaxChunkLine = 16 * 1024; ///< a chunk's size line with extensions, or all trailers
constexpr std::size_t kRequestLineExtra = 32;    ///< method, version and blanks around the target
constexpr std::size_t kFirstReserve = 1024 * 1024;

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

/// Beast's callbacks, written to where the request is put together.
class Grammar final : public beast::http::basic_parser<true>
{
public:
    Grammar(RequestHead &head, std::string &body, const RequestLimits &limits) : m_head(head), m_body(body)
    {
        header_limit(static_cast<std::uint32_t>(limits.headBytes + 1));
        body_limit(limits.bodyBytes);
        eager(true);
    }

private:
    using Code = beast::error_code;
    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                         Code &) override
    {
        m_head.method = view(method);
        m_head.target = view(target);
        m_head.minor = version % 10;
    }
    void on_response_impl(int, beast::string_view, int, Code &) override {}
    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, Code &) override
    {
        if (!m_headDone) { // later ones are trailers, which nobody asked for
            m_head.headers.add(view(name), view(value));
        }
    }
    void on_header_impl(Code &) override { m_headDone = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t> &length, Code &) override
    {
        if (length) {
            m_body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, kFirstReserve)));
        }
    }
    std::size_t on_body_impl(beast::string_view bytes, Code &) override
    {
        m_body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, Code &) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, Code &) override
    {
        m_body.append(bytes.data(), bytes.size());
        return bytes.size();
    }
    void on_finish_impl(Code &) override {}

    RequestHead &m_head;
    std::string &m_body;
    bool m_headDone = false;
};
} // namespace

struct RequestParser::Private {
    explicit Private(RequestLimits l) : limits(l) {}

    RequestLimits limits;
    State state = State::Head;
    RequestHead head;
    std::string body;
    Refusal refusal;
    std::optional<Grammar> grammar;

    // How far the lines of the head have been looked at.
    std::size_t lineStart = 0;
    std::size_t searched = 0;
    std::size_t lines = 0;
    int blankLines = 0; ///< skipped before the request

    void refuse(int status, std::string code, std::string message)
    {
        state = State::Refused;
        refusal = {status, std::move(code), std::move(message), true};
    }
    void refuseGrammar(const beast::error_code &error);
    std::size_t skipBlankLines(std::string_view input);
    std::size_t findHeadEnd(std::string_view input);
    bool acceptLine(std::string_view line);
    bool acceptRequestLine(std::string_view line);
    void readHead(std::string_view bytes);
    void checkHost();
    void checkFraming();
    void checkTarget();
    std::size_t readBody(std::string_view input);
};

void RequestParser::Private::refuseGrammar(const beast::error_code &error)
{
    if (error == beast::http::error::bad_version) {
        refuse(505, "bad_http_version", "Signalbox speaks HTTP/1.1 and HTTP/1.0 here");
    } else if (error == beast::http::error::body_limit) {
        refuse(413, "body_too_large",
               "The request body is larger than " + std::to_string(limits.bodyBytes >> 20U) + " MiB");
    } else if (error == beast::http::error::header_limit) {
        refuse(431, "head_too_large", "The request head is too large");
    } else {
        refuse(400, "bad_request", "This is not a well-formed HTTP/1.1 request: " + error.message());
    }
}

/// RFC 9112 §2.2: an empty line or two before the request is forgiven.
std::size_t RequestParser::Private::skipBlankLines(std::string_view input)
{
    std::size_t used = 0;
    while (lines == 0 && blankLines < 2 && input.substr(used).starts_with("\r\n")) {
        used += 2;
        searched = 0;
        ++blankLines;
    }
    return used;
}

bool RequestParser::Private::acceptRequestLine(std::string_view line)
{
    if (line.starts_with("PRI * HTTP/2")) {
        refuse(400, "http2_not_spoken",
               "HTTP/2 without TLS is not spoken here: use HTTP/1.1 with an http:// base URL");
        return false;
    }
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (last > first && last - first - 1 > limits.targetBytes) {
        refuse(414, "target_too_long",
               "The URL is longer than " + std::to_string(limits.targetBytes) + " bytes");
        return false;
    }
    return true;
}

bool RequestParser::Private::acceptLine(std::string_view line)
{
    if (lines == 0) {
        return acceptRequestLine(line);
    }
    if (line.front() == ' ' || line.front() == '\t') {
        refuse(400, "folded_header", "A header field is folded over two lines: send it on one");
        return false;
    }
    if (lines > limits.headers) {
        refuse(431, "too_many_headers",
               "The request has more than " + std::to_string(limits.headers) + " header fields");
        return false;
    }
    return true;
}

/// The length of the head with its empty line; 0 while it has not come in whole, or when it is refused.
std::size_t RequestParser::Private::findHeadEnd(std::string_view input)
{
    if (!input.empty() && input.front() == '\x16') {
        refuse(400, "tls_not_spoken", "TLS is not spoken here: use http:// instead of https://");
        return 0;
    }
    const std::size_t limit = std::min(input.size(), limits.headBytes);
    const auto lineTooLong = [&](std::size_t length) {
        return lines == 0 && length > limits.targetBytes + kRequestLineExtra;
    };
    while (searched < limit) {
        const void *found = std::memchr(input.data() + searched, '\n', limit - searched);
        if (found == nullptr) {
            searched = limit;
            break;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char *>(found) - input.data());
        if (lineTooLong(at - lineStart)) {
            break;
        }
        if (at == lineStart || input[at - 1] != '\r') {
            refuse(400, "bare_line_feed", "A line of the request head does not end in CR LF");
            return 0;
        }
        const std::string_view line = input.substr(lineStart, at - 1 - lineStart);
        lineStart = searched = at + 1;
        if (line.empty() && lines > 0) {
            return lineStart;
        }
        if (line.empty()) {
            refuse(400, "bad_request", "The request starts with empty lines");
            return 0;
        }
        if (!acceptLine(line)) {
            return 0;
        }
        ++lines;
    }
    if (lineTooLong(limit - lineStart)) {
        refuse(414, "target_too_long",
               "The URL is longer than " + std::to_string(limits.targetBytes) + " bytes");
    } else if (input.size() >= limits.headBytes) {
        refuse(431, "head_too_large",
               "The request head is larger than " + std::to_string(limits.headBytes >> 10U) + " KiB");
    }
    return 0;
}

void RequestParser::Private::readHead(std::string_view bytes)
{
    grammar.emplace(head, body, limits);
    beast::error_code error;
    grammar->put({bytes.data(), bytes.size()}, error);
    if (error && error != beast::http::error::need_more) {
        refuseGrammar(error);
        return;
    }
    if (!grammar->is_header_done()) { // cannot be: the empty line is in `bytes`
        refuse(400, "bad_request", "This is not a well-formed HTTP/1.1 request");
        return;
    }
    state = grammar->is_done() ? State::Complete : State::Body;
    checkHost();
    checkFraming();
    checkTarget();
}

void RequestParser::Private::checkHost()
{
    const std::size_t hosts = head.headers.count("Host");
    if (hosts > 1 || (hosts == 0 && head.minor == 1)) {
        refuse(400, "bad_host", "The request must carry exactly one Host header");
    }
}

void RequestParser::Private::checkFraming()
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto length = head.headers.find("Content-Length");
    if (length
        && (head.headers.count("Content-Length") > 1
            || !std::all_of(length->begin(), length->end(), isDigit))) {
        refuse(400, "bad_content_length",
               "The request must carry at most one Content-Length, a plain number");
    }
    const auto coding = head.headers.find("Transfer-Encoding");
    if (!coding) {
        return;
    }
    if (length || head.minor == 0 || head.headers.count("Transfer-Encoding") > 1) {
        refuse(400, "bad_transfer_encoding",
               "Transfer-Encoding may come once, in HTTP/1.1, and without Content-Length");
    } else if (!equalsIgnoringCase(*coding, "chunked")) {
        refuse(501, "bad_transfer_encoding", "The only transfer coding understood is \"chunked\"");
    }
}

/// Leaves origin form ("/path") and "*" as they are and takes the authority off an absolute one, which must
/// then be the Host that the request was checked by.
void RequestParser::Private::checkTarget()
{
    if (state == State::Refused) {
        return;
    }
    if (head.method == "CONNECT") {
        refuse(405, "method_not_allowed", "Signalbox is not a forward proxy: CONNECT is not served");
        return;
    }
    std::string &target = head.target;
    if (target.starts_with('/') || (target == "*" && head.method == "OPTIONS")) {
        return;
    }
    constexpr std::string_view kScheme = "http://";
    if (!equalsIgnoringCase(std::string_view(target).substr(0, kScheme.size()), kScheme)) {
        refuse(400, "bad_target", "The request target must be a path");
        return;
    }
    const std::size_t end = std::min(target.find_first_of("/?#", kScheme.size()), target.size());
    const std::string_view authority = std::string_view(target).substr(kScheme.size(), end - kScheme.size());
    if (!equalsIgnoringCase(authority, head.headers.find("Host").value_or(""))) {
        refuse(400, "bad_target", "The request target names another host than the Host header");
        return;
    }
    target.erase(0, end);
    if (!target.starts_with('/')) {
        target.insert(0, "/");
    }
}

std::size_t RequestParser::Private::readBody(std::string_view input)
{
    if (input.empty()) {
        return 0;
    }
    beast::error_code error;
    const std::size_t used = grammar->put({input.data(), input.size()}, error);
    if (error && error != beast::http::error::need_more) {
        refuseGrammar(error);
    } else if (grammar->is_done()) {
        state = State::Complete;
    } else if (input.size() - used > kMaxChunkLine) {
        refuse(400, "bad_chunk", "A chunk's size line or the trailer is too long");
    }
    return used;
}

RequestParser::RequestParser(RequestLimits limits) : d(std::make_unique<Private>(limits)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::consume(std::string_view input)
{
    if (d->state == State::Body) {
        return d->readBody(input);
    }
    if (d->state != State::Head) {
        return 0;
    }
    const std::size_t blank = d->skipBlankLines(input);
    const std::string_view rest = input.substr(blank);
    const std::size_t size = d->findHeadEnd(rest);
    if (size == 0) {
        return blank;
    }
    d->readHead(rest.substr(0, size));
    return blank + size;
}

RequestParser::State RequestParser::state() const
{
    return d->state;
}

RequestHead &RequestParser::head()
{
    return d->head;
}

std::string &RequestParser::body()
{
    return d->body;
}

bool RequestParser::keepAlive() const
{
    return d->grammar && d->grammar->is_header_done() && d->head.minor == 1 && d->grammar->keep_alive();
}

bool RequestParser::hasBody() const
{
    return d->grammar && d->grammar->is_header_done()
           && (d->grammar->chunked() || d->grammar->content_length().value_or(0) > 0);
}

const Refusal &RequestParser::refusal() const
{
    return d->refusal;
}

void RequestParser::reset()
{
    d->state = State::Head;
    d->head.method.clear();
    d->head.target.clear();
    d->head.headers = {};
    d->body.clear();
    d->grammar.reset();
    d->lineStart = d->searched = d->lines = 0;
    d->blankLines = 0;
}

} // namespace signalbox::http
