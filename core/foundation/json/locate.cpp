// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/locate.h"

#include <algorithm>

#include <simdjson.h>

namespace signalbox::json {

namespace {
bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::size_t skipDigits(std::string_view text, std::size_t at)
{
    while (at < text.size() && isDigit(text[at])) {
        ++at;
    }
    return at;
}

std::size_t firstInvalidLine(std::string_view text)
{
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        if (!simdjson::validate_utf8(text.data() + start, end - start)) {
            return start;
        }
        start = end + 1;
    }
    return 0;
}

struct Fault {
    std::size_t at = 0;
    const char *message = nullptr;
};

/// One pass over the tokens, following only commas, colons, brackets and quotes: simdjson says *that* a text
/// is not JSON, this says where. Grammar (RFC 8259): value = { } | [ ] | "…" | number | true | false | null.
class FaultFinder
{
public:
    explicit FaultFinder(std::string_view text) : m_text(text) {}

    Fault find()
    {
        if (!value()) {
            return m_fault;
        }
        skipSpace();
        if (m_at < m_text.size()) {
            fault("there is something left behind the end of the document");
        }
        return m_fault;
    }

private:
    bool fault(const char *message)
    {
        m_fault = {m_at, message};
        return false;
    }

    void skipSpace()
    {
        while (m_at < m_text.size() && isSpace(m_text[m_at])) {
            ++m_at;
        }
    }

    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    bool value()
    {
        skipSpace();
        if (++m_depth > kMaxDocumentDepth + 1) {
            return fault("this is nested deeper than 64 levels");
        }
        bool ok = false;
        switch (peek()) {
        case '{':
            ok = list('}', true);
            break;
        case '[':
            ok = list(']', false);
            break;
        case '"':
            ok = string();
            break;
        default:
            ok = word();
        }
        --m_depth;
        return ok;
    }

    bool list(char close, bool named)
    {
        ++m_at;
        skipSpace();
        if (peek() == close) {
            ++m_at;
            return true;
        }
        for (;;) {
            skipSpace();
            if (named && !name()) {
                return false;
            }
            if (!value()) {
                return false;
            }
            skipSpace();
            if (peek() == close) {
                ++m_at;
                return true;
            }
            if (peek() != ',') {
                return fault(atEnd() ? "the text ends here, but a bracket is still open"
                             : named ? "a comma or } is missing before this"
                                     : "a comma or ] is missing before this");
            }
            const std::size_t comma = m_at++;
            skipSpace();
            if (peek() == close) {
                m_at = comma;
                return fault("JSON allows no comma before a closing bracket: take it out");
            }
        }
    }

    bool name()
    {
        if (peek() != '"') {
            return comment() ? false
                   : atEnd() ? fault("the text ends here, but a bracket is still open")
                             : fault("a name in double quotes is missing here");
        }
        if (!string()) {
            return false;
        }
        skipSpace();
        if (peek() != ':') {
            return fault("a colon is missing between the name and its value");
        }
        ++m_at;
        return true;
    }

    bool comment() { return peek() == '/' ? (fault("JSON has no comments: take it out"), true) : false; }

    bool string()
    {
        const std::size_t open = m_at++;
        for (; m_at < m_text.size() && m_text[m_at] != '"'; ++m_at) {
            if (static_cast<unsigned char>(m_text[m_at]) < 0x20) {
                const bool newline = m_text[m_at] == '\n' || m_text[m_at] == '\r';
                m_at = newline ? open : m_at;
                return fault(newline ? "this text has no closing quote on its line"
                                     : "a control character inside quotes must be written as \\u00XX");
            }
            if (m_text[m_at] == '\\' && !escape()) {
                return fault("this backslash begins no escape that JSON knows: write \\\\ for a backslash");
            }
        }
        if (atEnd()) {
            m_at = open;
            return fault("this text has no closing quote");
        }
        ++m_at;
        return true;
    }

    /// Stands on the backslash; leaves on the last character of the escape.
    bool escape()
    {
        const char kind = m_at + 1 < m_text.size() ? m_text[m_at + 1] : '\0';
        if (kind != 'u') {
            m_at += std::string_view("\"\\/bfnrt").find(kind) != std::string_view::npos && kind ? 1 : 0;
            return m_text[m_at] != '\\' || kind == '\\';
        }
        const std::string_view digits = m_text.substr(m_at + 2, 4);
        if (digits.size() != 4
            || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) {
            return false;
        }
        m_at += 5;
        return true;
    }

    bool word()
    {
        const std::size_t end = std::min(m_text.find_first_of(" \t\r\n,:[]{}\"", m_at), m_text.size());
        const std::string_view text = m_text.substr(m_at, end - m_at);
        if (text == "true" || text == "false" || text == "null" || isNumber(text)) {
            m_at = end;
            return true;
        }
        if (comment()) {
            return false;
        }
        return fault(atEnd()          ? "the text ends here, but a value is missing"
                     : text.empty()   ? "a value is missing here"
                     : peek() == '\'' ? "JSON knows double quotes only"
                     : isDigit(peek()) || peek() == '-' || peek() == '+' || peek() == '.'
                         ? "this is not a number as JSON writes it"
                         : "this is not a value: a text needs double quotes");
    }

    bool atEnd() const { return m_at >= m_text.size(); }

    std::string_view m_text;
    std::size_t m_at = 0;
    int m_depth = 0;
    Fault m_fault;
};
} // namespace

LineIndex::LineIndex(std::string_view text) : m_starts{0}
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            m_starts.push_back(i + 1);
        }
    }
}

Position LineIndex::position(std::size_t offset) const
{
    const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), offset);
    const auto line = after - m_starts.begin();
    return {static_cast<int>(line), static_cast<int>(offset - *(after - 1)) + 1};
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isSpace(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isSpace(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

bool isNumber(std::string_view text)
{
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const std::size_t digits = at;
    at = skipDigits(text, at);
    if (at == digits || (at > digits + 1 && text[digits] == '0')) {
        return false;
    }
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = at + 1;
        at = skipDigits(text, fraction);
        if (at == fraction) {
            return false;
        }
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1 : 0;
        const std::size_t exponent = at;
        at = skipDigits(text, exponent);
        if (at == exponent) {
            return false;
        }
    }
    return at == text.size();
}

SyntaxError explain(std::string_view text, std::size_t reached, int simdjsonError)
{
    const LineIndex lines(text);
    const auto at = [&](std::size_t offset, const char *message) {
        const Position position = lines.position(std::min(offset, text.size()));
        return SyntaxError{position.line, position.column, message};
    };
    if (trimmed(text).empty()) {
        return at(0, "the file is empty");
    }
    if (simdjsonError == simdjson::UTF8_ERROR) {
        return at(firstInvalidLine(text), "this line is not UTF-8 text");
    }
    const Fault fault = FaultFinder(text).find();
    if (fault.message) {
        return at(fault.at, fault.message);
    }
    if (simdjsonError == simdjson::SCALAR_DOCUMENT_AS_VALUE) {
        return at(0, "the document must be an object { } or a list [ ]");
    }
    if (simdjsonError == simdjson::NUMBER_ERROR) { // sound by the grammar, but not as a double
        return at(reached, "this number is too large");
    }
    return at(reached, simdjson::error_message(static_cast<simdjson::error_code>(simdjsonError)));
}

} // namespace signalbox::json
