// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/edit/toml_scan.h"

#include <algorithm>

#include "core/clients/edit/editor.h"
#include "core/foundation/json/scan.h"

namespace signalbox::edit {

namespace {
class Scanner
{
public:
    explicit Scanner(std::string_view text) : m_text(text), m_at(bomSize(text)) {}

    std::vector<TomlLine> scan()
    {
        std::vector<TomlLine> out;
        std::vector<std::string> table;
        while (m_at < m_text.size()) {
            const std::size_t start = m_at;
            skipBlanks();
            TomlLine line;
            if (peek() == '[') {
                ++m_at;
                line.isHeading = true;
                line.isList = peek() == '[';
                m_at += line.isList ? 1 : 0;
                line.table = table = dottedKey();
            } else if (m_at < m_text.size() && !isLineBreak(peek()) && peek() != '#') {
                line.table = table;
                line.key = dottedKey();
                m_at = std::min(m_at + 1, m_text.size()); // '='
                skipBlanks();
                line.value.begin = m_at;
                skipValue();
                line.value.end = m_at;
            } else {
                m_at = lineEnd(m_text, m_at);
                continue;
            }
            m_at = lineEnd(m_text, m_at);
            line.line = {start, m_at};
            out.push_back(std::move(line));
        }
        return out;
    }

private:
    static bool isLineBreak(char c) { return c == '\n' || c == '\r'; }
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    void skipBlanks()
    {
        while (peek() == ' ' || peek() == '\t') {
            ++m_at;
        }
    }

    std::vector<std::string> dottedKey()
    {
        std::vector<std::string> out;
        for (;;) {
            skipBlanks();
            const std::size_t begin = m_at;
            if (peek() == '"' || peek() == '\'') {
                skipString();
                const std::string_view quoted = m_text.substr(begin, m_at - begin);
                out.push_back(quoted[0] == '"' ? json::unescaped(quoted)
                                               : std::string(quoted.substr(
                                                     1, std::max<std::size_t>(quoted.size(), 2) - 2)));
            } else {
                m_at = std::min(m_text.find_first_of(" \t.=]\r\n", begin), m_text.size());
                out.emplace_back(m_text.substr(begin, m_at - begin));
            }
            skipBlanks();
            if (peek() != '.') {
                return out;
            }
            ++m_at;
        }
    }

    void skipString()
    {
        const char quote = peek();
        const std::string three(3, quote);
        if (m_text.substr(m_at, 3) == three) {
            m_at += 3;
            while (m_at < m_text.size() && m_text.substr(m_at, 3) != three) {
                m_at += quote == '"' && m_text[m_at] == '\\' ? 2 : 1;
            }
            m_at = std::min(m_at + 3, m_text.size());
            while (peek() == quote) { // up to two quotes may stand before the closing three
                ++m_at;
            }
            return;
        }
        ++m_at;
        while (m_at < m_text.size() && m_text[m_at] != quote && !isLineBreak(m_text[m_at])) {
            m_at += quote == '"' && m_text[m_at] == '\\' ? 2 : 1;
        }
        m_at = std::min(m_at + 1, m_text.size());
    }

    void skipValue()
    {
        std::size_t depth = 0;
        std::size_t end = m_at;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '"' || c == '\'') {
                skipString();
                end = m_at;
                continue;
            }
            if (c == '#' || isLineBreak(c)) {
                if (depth == 0) {
                    break;
                }
                m_at = c == '#' ? std::min(m_text.find('\n', m_at), m_text.size()) : m_at + 1;
                continue;
            }
            depth += c == '[' || c == '{' ? 1 : 0;
            depth -= (c == ']' || c == '}') && depth > 0 ? 1 : 0;
            ++m_at;
            end = c == ' ' || c == '\t' ? end : m_at;
        }
        m_at = end;
    }

    std::string_view m_text;
    std::size_t m_at;
};
} // namespace

std::vector<std::string> TomlLine::path() const
{
    std::vector<std::string> out = table;
    out.insert(out.end(), key.begin(), key.end());
    return out;
}

std::vector<TomlLine> scanToml(std::string_view text)
{
    return Scanner(text).scan();
}

} // namespace signalbox::edit
