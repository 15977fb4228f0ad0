// SPDX-License-Identifier: GPL-3.0-or-later
// The grammar (RFC 9112) is Boost.Beast's. It is stricter here in what Beast 1.81 lets pass: obs-fold, equal
// Content-Lengths twice, lists of lengths, transfer codings other than chunked, bare LF in a head.
#include "core/foundation/http/response_parser.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include <boost/beast/http/basic_parser.hpp>

#include "core/foundation/http/carry_buffer.h"

namespace signalbox::http {

namespace {

namespace beast = boost::beast;
using Found = ResponseParser::Found;
using ErrorCode = beast::error_code;

constexpr std::string_view kVersionPrefix = "HTTP/1.";
/// Chunk sizes, extensions and trailers have to lie in memory at once.
constexpr std::size_t kMaxFramingBytes = 64 * 1024;

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

bool isNumber(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Beast's parser with its findings written down. One response each.
class Grammar final : public beast::http::basic_parser<false>
{
public:
    Grammar(ResponseHead &head, bool answersHead) : m_head(head)
    {
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
        skip(answersHead);
    }

    /// The start of a last chunk, of which Beast 1.81 must not be shown less than all: an assertion of its
    /// own fails when it is called again with four bytes.
    bool mustWaitFor(std::string_view rest) const
    {
        return chunked() && m_chunkLeft == 0 && rest.size() < 5 && rest.front() == '0';
    }

    std::string_view piece;   ///< of the body, from the last put()
    std::string_view problem; ///< always a literal

private:
    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, ErrorCode &) override
    {}
    void on_response_impl(int code, beast::string_view reason, int version, ErrorCode &) override
    {
        m_head.status = code;
        m_head.reason.assign(reason.data(), reason.size());
        m_head.minor = version - 10;
    }
    void on_field_impl(beast::http::field name, beast::string_view nameText, beast::string_view value,
                       ErrorCode &error) override
    {
        if (m_headDone) {
            return; // trailers are neither needed nor forwarded
        }
        if (name == beast::http::field::content_length) {
            if (++m_lengths > 1) {
                return refuse("two Content-Length fields", error);
            }
            if (!isNumber(view(value))) {
                return refuse("a Content-Length that is not a number", error);
            }
        } else if (name == beast::http::field::transfer_encoding) {
            if (++m_codings > 1 || !beast::iequals(value, "chunked")) {
                return refuse("a transfer coding other than chunked", error);
            }
        }
        m_head.headers.add(view(nameText), view(value));
    }
    void on_header_impl(ErrorCode &error) override
    {
        m_headDone = true;
        if (m_lengths > 0 && m_codings > 0) {
            refuse("both Content-Length and Transfer-Encoding", error);
        } else if (m_codings > 0 && m_head.minor == 0) {
            refuse("chunks in an HTTP/1.0 response", error);
        }
    }
    void on_body_init_impl(const boost::optional<std::uint64_t> &, ErrorCode &) override {}
    std::size_t on_body_impl(beast::string_view body, ErrorCode &) override
    {
        piece = view(body);
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t size, beast::string_view, ErrorCode &) override
    {
        m_chunkLeft = size;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, ErrorCode &) override
    {
        m_chunkLeft -= body.size();
        piece = view(body);
        return body.size();
    }
    void on_finish_impl(ErrorCode &) override {}

    void refuse(std::string_view why, ErrorCode &error)
    {
        problem = why;
        error = beast::http::error::bad_field;
    }

    ResponseHead &m_head;
    std::uint64_t m_chunkLeft = 0;
    int m_lengths = 0;
    int m_codings = 0;
    bool m_headDone = false;
};

std::string_view explain(const ErrorCode &error)
{
    using Kind = beast::http::error;
    if (error == Kind::bad_version || error == Kind::bad_status || error == Kind::bad_reason) {
        return "an invalid status line";
    }
    if (error == Kind::bad_content_length || error == Kind::multiple_content_length) {
        return "an invalid Content-Length";
    }
    if (error == Kind::bad_transfer_encoding) {
        return "both Content-Length and Transfer-Encoding, or an invalid one";
    }
    if (error == Kind::bad_chunk || error == Kind::bad_chunk_extension) {
        return "an invalid chunk";
    }
    if (error == Kind::bad_line_ending) {
        return "an invalid line ending";
    }
    return "an invalid header field";
}

} // namespace

struct ResponseParser::Private {
    enum class State : std::uint8_t { Head, HeadFound, Body, Complete, Failed };

    ResponseHead head;
    std::optional<Grammar> grammar;
    CarryBuffer input;
    std::string_view body;
    std::string_view problem; ///< always a literal
    std::size_t maxHeadBytes = 0;
    std::size_t headBytes = 0; ///< of the interim responses before this head
    std::size_t scanned = 0;   ///< bytes of the head already looked at
    std::size_t lineStart = 0;
    bool answersHead = false;
    State state = State::Head;

    Found fail(Found how, std::string_view why)
    {
        state = State::Failed;
        problem = why;
        return how;
    }
    Found readHead();
    Found parseHead(std::size_t size);
    Found readBody();
    Found complete()
    {
        state = State::Complete;
        return Found::Complete;
    }
};

/// Looks for the blank line, line by line, and refuses what Beast would let pass.
Found ResponseParser::Private::readHead()
{
    const std::string_view rest = input.rest();
    const std::size_t known = std::min(rest.size(), kVersionPrefix.size());
    if (rest.substr(0, known) != kVersionPrefix.substr(0, known)) {
        return fail(Found::Malformed, "the answer is not HTTP/1");
    }
    while (scanned < rest.size()) {
        if (scanned == lineStart && lineStart > 0 && (rest[scanned] == ' ' || rest[scanned] == '\t')) {
            return fail(Found::Malformed, "a folded header field");
        }
        const void *found = std::memchr(rest.data() + scanned, '\n', rest.size() - scanned);
        if (!found) {
            scanned = rest.size();
            break;
        }
        const auto lf = static_cast<std::size_t>(static_cast<const char *>(found) - rest.data());
        if (headBytes + lf + 1 > maxHeadBytes) {
            break;
        }
        if (lf == lineStart || rest[lf - 1] != '\r') {
            return fail(Found::Malformed, "a line that ends without CR");
        }
        const bool blank = lf == lineStart + 1;
        lineStart = scanned = lf + 1;
        if (blank) {
            return parseHead(lineStart);
        }
    }
    if (headBytes + rest.size() > maxHeadBytes) {
        return fail(Found::TooLarge, "the head of the answer is too large");
    }
    input.carry();
    return Found::NeedMore;
}

Found ResponseParser::Private::parseHead(std::size_t size)
{
    head.headers = {};
    grammar.emplace(head, answersHead);
    ErrorCode error;
    const std::size_t used = grammar->put({input.rest().data(), size}, error);
    if (error) {
        return fail(Found::Malformed, grammar->problem.empty() ? explain(error) : grammar->problem);
    }
    if (!grammar->is_header_done() || used != size || head.status < 100) {
        return fail(Found::Malformed, "an invalid status line");
    }
    input.consume(used);
    lineStart = scanned = 0;
    if (head.status == 101) {
        return fail(Found::Malformed, "a change of protocol nobody asked for");
    }
    if (head.status < 200) {
        headBytes += used;
        return input.rest().empty() ? (input.carry(), Found::NeedMore) : readHead();
    }
    state = State::HeadFound;
    return Found::Head;
}

Found ResponseParser::Private::readBody()
{
    while (!grammar->is_done()) {
        const std::string_view rest = input.rest();
        if (rest.empty() || grammar->mustWaitFor(rest)) {
            input.carry();
            return Found::NeedMore;
        }
        grammar->piece = {};
        ErrorCode error;
        input.consume(grammar->put({rest.data(), rest.size()}, error));
        if (error == beast::http::error::need_more) {
            if (input.rest().size() > kMaxFramingBytes) {
                return fail(Found::Malformed, "an endless chunk header or trailer");
            }
            input.carry();
            return Found::NeedMore;
        }
        if (error) {
            return fail(Found::Malformed, explain(error));
        }
        if (!grammar->piece.empty()) {
            body = grammar->piece;
            return Found::Body;
        }
    }
    return complete();
}

ResponseParser::ResponseParser(std::size_t maxHeadBytes) : d(std::make_unique<Private>())
{
    d->maxHeadBytes = maxHeadBytes;
}

ResponseParser::~ResponseParser() = default;

void ResponseParser::begin(std::size_t maxHeadBytes, bool answersHead)
{
    d->input.clear();
    d->grammar.reset();
    d->maxHeadBytes = maxHeadBytes;
    d->answersHead = answersHead;
    d->headBytes = d->scanned = d->lineStart = 0;
    d->state = Private::State::Head;
}

void ResponseParser::feed(std::string_view bytes)
{
    d->input.feed(bytes);
}

Found ResponseParser::next()
{
    switch (d->state) {
    case Private::State::Head:
        return d->input.rest().empty() ? Found::NeedMore : d->readHead();
    case Private::State::HeadFound:
        d->state = Private::State::Body;
        return d->readBody();
    case Private::State::Body:
        return d->readBody();
    case Private::State::Complete:
        return Found::Complete;
    case Private::State::Failed:
        break;
    }
    return Found::Malformed;
}

Found ResponseParser::finish()
{
    if (d->state == Private::State::Head) {
        return Found::NoHead;
    }
    if (d->state != Private::State::Body) {
        return next();
    }
    ErrorCode error;
    d->grammar->put_eof(error);
    return error ? Found::CutOff : d->complete();
}

const ResponseHead &ResponseParser::head() const
{
    return d->head;
}

std::string_view ResponseParser::body() const
{
    return d->body;
}

std::string_view ResponseParser::problem() const
{
    return d->problem;
}

bool ResponseParser::canReuse() const
{
    return d->state == Private::State::Complete && d->input.rest().empty() && d->grammar->keep_alive();
}

} // namespace signalbox::http
