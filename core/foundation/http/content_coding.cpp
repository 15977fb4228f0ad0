// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/content_coding.h"

#include <algorithm>
#include <array>

#include <zlib.h>
#include <zstd.h>

#include "core/foundation/http/message.h"

namespace signalbox::http {

namespace {
constexpr std::size_t kPiece = 64 * 1024;
constexpr int kGzipOnly = 15 + 16;    ///< zlib: largest window, gzip wrapper
constexpr int kMaxZstdWindowLog = 23; ///< 8 MiB, the most a sender may use over HTTP (RFC 9659 §3)
} // namespace

std::optional<ContentCoding> contentCoding(std::optional<std::string_view> field)
{
    if (!field || field->empty() || equalsIgnoringCase(*field, "identity")) {
        return ContentCoding::Identity;
    }
    if (equalsIgnoringCase(*field, "gzip") || equalsIgnoringCase(*field, "x-gzip")) {
        return ContentCoding::Gzip;
    }
    if (equalsIgnoringCase(*field, "zstd")) {
        return ContentCoding::Zstd;
    }
    return std::nullopt;
}

struct ContentDecoder::Private {
    Private(ContentCoding c, std::size_t most) : coding(c), left(most)
    {
        if (coding == ContentCoding::Gzip) {
            ready = inflateInit2(&gzip, kGzipOnly) == Z_OK;
            inFrame = true; // a body without a single member is not gzip
        } else if (coding == ContentCoding::Zstd) {
            zstd = ZSTD_createDStream();
            ready =
                zstd != nullptr
                && ZSTD_isError(ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, kMaxZstdWindowLog)) == 0;
            inFrame = true;
        }
    }
    ~Private()
    {
        if (coding == ContentCoding::Gzip && ready) {
            inflateEnd(&gzip);
        }
        ZSTD_freeDStream(zstd);
    }
    Private(const Private &) = delete;
    Private &operator=(const Private &) = delete;

    Result keep(const char *bytes, std::size_t count, std::string &out)
    {
        if (count > left) {
            return Result::TooLarge;
        }
        left -= count;
        out.append(bytes, count);
        return Result::Ok;
    }
    Result inflatePiece(std::string_view coded, std::string &out);
    Result unzstdPiece(std::string_view coded, std::string &out);

    ContentCoding coding;
    std::size_t left;
    bool ready = true;
    bool inFrame = false; ///< the end of a gzip member or zstd frame is still to come
    z_stream gzip = {};
    ZSTD_DStream *zstd = nullptr;
    std::array<char, kPiece> piece;
};

ContentDecoder::Result ContentDecoder::Private::inflatePiece(std::string_view coded, std::string &out)
{
    // zlib does not write to its input; its interface is older than const.
    gzip.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(coded.data()));
    gzip.avail_in = static_cast<uInt>(coded.size());
    for (;;) {
        if (!inFrame) { // members may follow one another (RFC 1952 §2.2)
            if (gzip.avail_in == 0) {
                return Result::Ok;
            }
            inflateReset(&gzip);
            inFrame = true;
        }
        gzip.next_out = reinterpret_cast<Bytef *>(piece.data());
        gzip.avail_out = static_cast<uInt>(piece.size());
        const int code = inflate(&gzip, Z_NO_FLUSH);
        const Result kept = keep(piece.data(), piece.size() - gzip.avail_out, out);
        if (kept != Result::Ok) {
            return kept;
        }
        if (code == Z_STREAM_END) {
            inFrame = false;
        } else if (code == Z_BUF_ERROR || (code == Z_OK && gzip.avail_in == 0 && gzip.avail_out > 0)) {
            return Result::Ok; // wants more input
        } else if (code != Z_OK) {
            return Result::Corrupt;
        }
    }
}

ContentDecoder::Result ContentDecoder::Private::unzstdPiece(std::string_view coded, std::string &out)
{
    ZSTD_inBuffer in{coded.data(), coded.size(), 0};
    for (;;) {
        ZSTD_outBuffer to{piece.data(), piece.size(), 0};
        const std::size_t hint = ZSTD_decompressStream(zstd, &to, &in);
        if (ZSTD_isError(hint) != 0) {
            return Result::Corrupt;
        }
        const Result kept = keep(piece.data(), to.pos, out);
        if (kept != Result::Ok) {
            return kept;
        }
        inFrame = hint != 0;
        if (in.pos == in.size && (!inFrame || to.pos < to.size)) {
            return Result::Ok;
        }
    }
}

ContentDecoder::ContentDecoder(ContentCoding coding, std::size_t maxDecodedBytes)
    : d(std::make_unique<Private>(coding, maxDecodedBytes))
{}
ContentDecoder::~ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder &&) noexcept = default;
ContentDecoder &ContentDecoder::operator=(ContentDecoder &&) noexcept = default;

ContentDecoder::Result ContentDecoder::decode(std::string_view coded, std::string &out)
{
    if (!d->ready) {
        return Result::Corrupt;
    }
    if (coded.empty()) {
        return Result::Ok;
    }
    switch (d->coding) {
    case ContentCoding::Gzip:
        return d->inflatePiece(coded, out);
    case ContentCoding::Zstd:
        return d->unzstdPiece(coded, out);
    case ContentCoding::Identity:
        break;
    }
    return d->keep(coded.data(), coded.size(), out);
}

ContentDecoder::Result ContentDecoder::finish() const
{
    return d->ready && !d->inFrame ? Result::Ok : Result::Corrupt;
}

} // namespace signalbox::http
