// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/foundation/json/document.h"
#include "core/transfer/text/source_text.h"

namespace signalbox::transfer {

namespace {
using base::ErrorCode;

/// The length of the UTF-8 character that begins here; 0: none does. RFC 3629: shortest form, no surrogates.
std::size_t characterLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return lead == 0 ? 0 : 1;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) {
            return 0;
        }
    }
    const bool wrong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)
                       || (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F);
    return wrong ? 0 : length;
}

/// Where the string that begins at `at` ends, behind its quote.
std::size_t stringEnd(std::string_view text, std::size_t at)
{
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i + 1;
        }
    }
    return text.size();
}

/// Where the comment that begins at `at` ends; `at` itself if none does.
std::size_t commentEnd(std::string_view text, std::size_t at)
{
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//")) {
        return std::min(text.find('\n', at), text.size());
    }
    if (rest.starts_with("/*")) {
        const std::size_t end = text.find("*/", at + 2);
        return end == std::string_view::npos ? text.size() : end + 2;
    }
    return at;
}
} // namespace

base::Result<void> checkSource(std::string_view text)
{
    if (text.size() > kMaxSourceBytes) {
        return base::fail(ErrorCode::TooLarge, "the document is larger than "
                                                   + std::to_string(kMaxSourceBytes / 1024 / 1024) + " MiB");
    }
    int line = 1;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = characterLength(text.substr(i, 4));
        if (length == 0) {
            return base::fail(ErrorCode::InvalidArgument,
                              "line " + std::to_string(line) + ": this is not UTF-8 text");
        }
        line += text[i] == '\n' ? 1 : 0;
        i += length;
    }
    return {};
}

std::string withoutComments(std::string_view text)
{
    std::string out(text);
    std::size_t comma = std::string::npos; // the last one, as long as only blanks follow it
    for (std::size_t i = 0; i < out.size();) {
        const char c = out[i];
        if (c == '"') {
            i = stringEnd(out, i);
            comma = std::string::npos;
            continue;
        }
        if (const std::size_t end = commentEnd(out, i); end > i) {
            std::replace_if(
                out.begin() + static_cast<std::ptrdiff_t>(i), out.begin() + static_cast<std::ptrdiff_t>(end),
                [](char one) { return one != '\n'; }, ' ');
            i = end;
            continue;
        }
        if ((c == '}' || c == ']') && comma != std::string::npos) {
            out[comma] = ' ';
        }
        if (c == ',') {
            comma = i;
        } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            comma = std::string::npos;
        }
        ++i;
    }
    return out;
}

base::Result<json::Value> readJson(std::string_view text)
{
    if (const auto sound = checkSource(text); !sound) {
        return std::unexpected(sound.error());
    }
    auto document = json::parseDocument(text);
    if (!document) {
        document = json::parseDocument(withoutComments(text));
    }
    if (!document) {
        const json::SyntaxError &error = document.error();
        return base::fail(ErrorCode::InvalidArgument, "line " + std::to_string(error.line) + ", column "
                                                          + std::to_string(error.column)
                                                          + ": this is not JSON");
    }
    return std::move(document->root);
}

} // namespace signalbox::transfer
