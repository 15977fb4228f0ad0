// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/request_reader.h"

#include <algorithm>

#include <QIODevice>

namespace signalbox::server {

using State = http::RequestParser::State;

namespace {
constexpr qint64 kReadPiece = 64 * 1024;
constexpr std::size_t kKeptInput = 4 * 1024;
} // namespace

RequestReader::RequestReader(http::RequestLimits limits) : m_parser(limits), m_limits(limits) {}

RequestReader::Event RequestReader::advance(QIODevice &from)
{
    for (;;) {
        const State before = m_parser.state();
        const std::size_t used = m_parser.consume(m_input);
        m_input.erase(0, used);
        if (m_parser.state() == State::Refused) {
            m_refusal = m_parser.refusal();
            return Event::Refused;
        }
        if (before == State::Head && m_parser.state() != State::Head) {
            return Event::Head;
        }
        if (before != State::Head) {
            m_bodyBytes += used;
            if (!decode()) {
                return Event::Refused;
            }
        }
        if (m_parser.state() == State::Complete) {
            return Event::Request;
        }
        if (used == 0 && !readMore(from)) {
            return Event::WantsBytes;
        }
    }
}

void RequestReader::setCoding(http::ContentCoding coding)
{
    if (coding != http::ContentCoding::Identity) {
        m_decoder.emplace(coding, static_cast<std::size_t>(m_limits.bodyBytes));
    }
}

std::string RequestReader::takeBody()
{
    return std::move(m_decoder ? m_decoded : m_parser.body());
}

RequestReader::Progress RequestReader::progress() const
{
    return m_parser.state() != State::Head ? Progress::Body
           : m_input.empty()               ? Progress::NextRequest
                                           : Progress::Head;
}

void RequestReader::next()
{
    m_parser.reset();
    m_decoder.reset();
    m_decoded = {};
    m_bodyBytes = 0;
}

void RequestReader::trim()
{
    if (m_input.empty() && m_input.capacity() > kKeptInput) {
        m_input = {};
    }
}

bool RequestReader::readMore(QIODevice &from)
{
    const qint64 available = std::min(from.bytesAvailable(), kReadPiece);
    if (available <= 0) {
        return false;
    }
    const std::size_t before = m_input.size();
    m_input.resize_and_overwrite(before + static_cast<std::size_t>(available), [&](char *data, std::size_t) {
        const qint64 got = from.read(data + before, available);
        return before + static_cast<std::size_t>(std::max<qint64>(got, 0));
    });
    return m_input.size() > before;
}

/// Takes the content coding off what has come of the body.
bool RequestReader::decode()
{
    if (!m_decoder) {
        return true;
    }
    using Result = http::ContentDecoder::Result;
    Result result = m_decoder->decode(m_parser.body(), m_decoded);
    m_parser.body().clear();
    if (result == Result::Ok && isWhole()) {
        result = m_decoder->finish();
    }
    if (result == Result::TooLarge) {
        m_refusal = {413, "body_too_large",
                     "The request body is larger than " + std::to_string(m_limits.bodyBytes >> 20U)
                         + " MiB when decoded",
                     true};
    } else if (result == Result::Corrupt) {
        m_refusal = {400, "bad_content_encoding", "The request body is not what its Content-Encoding says",
                     true};
    }
    return result == Result::Ok;
}

} // namespace signalbox::server
