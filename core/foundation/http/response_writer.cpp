// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/response_writer.h"

#include <charconv>
#include <chrono>

namespace signalbox::http {

namespace {
void appendNumber(std::string &out, std::uint64_t value, int base = 10)
{
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

void appendTwoDigits(std::string &out, unsigned value)
{
    out += static_cast<char>('0' + value / 10 % 10);
    out += static_cast<char>('0' + value % 10);
}

bool isFramingField(std::string_view name)
{
    for (const std::string_view own :
         {"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Date"}) {
        if (equalsIgnoringCase(name, own)) {
            return true;
        }
    }
    return false;
}

void appendFraming(std::string &out, const ResponseFraming &framing)
{
    if (!framing.date.empty()) {
        out.append("Date: ").append(framing.date).append("\r\n");
    }
    if (framing.body == BodyFraming::Length) {
        out += "Content-Length: ";
        appendNumber(out, framing.length);
        out += "\r\n";
    } else if (framing.body == BodyFraming::Chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    if (framing.close || framing.body == BodyFraming::UntilClose) {
        out += "Connection: close\r\n";
    }
    out += "\r\n";
}
} // namespace

bool appendResponseHead(std::string &out, int status, const Headers &headers, const ResponseFraming &framing)
{
    const std::size_t before = out.size();
    out += "HTTP/1.1 ";
    appendNumber(out, static_cast<std::uint64_t>(status));
    out.append(" ").append(reasonPhrase(status)).append("\r\n");
    for (const Header &field : headers) {
        if (isFramingField(field.name)) {
            continue;
        }
        if (!isValidFieldName(field.name) || !isValidFieldValue(field.value)) {
            out.resize(before);
            return false;
        }
        out.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    appendFraming(out, framing);
    return true;
}

void appendChunk(std::string &out, std::string_view bytes)
{
    if (bytes.empty()) {
        return;
    }
    appendNumber(out, bytes.size(), 16);
    out.append("\r\n").append(bytes).append("\r\n");
}

void appendLastChunk(std::string &out)
{
    out += "0\r\n\r\n";
}

std::string_view reasonPhrase(int status)
{
    struct Phrase {
        int status;
        std::string_view text;
    };
    static constexpr Phrase kPhrases[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (const Phrase &phrase : kPhrases) {
        if (phrase.status == status) {
            return phrase.text;
        }
    }
    return "Status"; // the phrase means nothing to programs, but an empty one confuses some
}

std::string httpDate(base::WallTime at)
{
    static constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));

    std::string text;
    text.append(kDays[std::chrono::weekday(day).c_encoding()]).append(", ");
    appendTwoDigits(text, static_cast<unsigned>(date.day()));
    text.append(" ").append(kMonths[static_cast<unsigned>(date.month()) - 1]).append(" ");
    appendNumber(text, static_cast<std::uint64_t>(static_cast<int>(date.year())));
    text += " ";
    appendTwoDigits(text, static_cast<unsigned>(time.hours().count()));
    text += ":";
    appendTwoDigits(text, static_cast<unsigned>(time.minutes().count()));
    text += ":";
    appendTwoDigits(text, static_cast<unsigned>(time.seconds().count()));
    text += " GMT";
    return text;
}

} // namespace signalbox::http
