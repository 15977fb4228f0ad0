// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/json_check.h"

namespace signalbox::parts {

namespace {
constexpr std::size_t kDeepest = 512;

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isHex(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20;
}
} // namespace

void JsonCheck::feed(std::string_view text)
{
    for (std::size_t i = 0; i < text.size() && m_at != At::Wrong; ++i) {
        if (m_at == At::String) { // the bulk of most texts
            while (i < text.size() && text[i] != '"' && text[i] != '\\' && !isControl(text[i])) {
                ++i;
            }
            if (i == text.size()) {
                return;
            }
        }
        m_at = next(text[i]);
    }
}

bool JsonCheck::holds() const
{
    if (!m_anything) {
        return m_at == At::Value;
    }
    const bool numberEnds =
        m_at == At::Zero || m_at == At::Digits || m_at == At::Fraction || m_at == At::ExponentDigits;
    return m_open.empty() && (m_at == At::AfterValue || numberEnds);
}

JsonCheck::At JsonCheck::next(char c)
{
    switch (m_at) {
    case At::String:
        if (c == '"') {
            return m_inName ? At::Colon : At::AfterValue;
        }
        return c == '\\' ? At::Escape : isControl(c) ? At::Wrong : At::String;
    case At::Escape:
        m_hexLeft = 4;
        return c == 'u' ? At::Hex : std::string_view("\"\\/bfnrt").contains(c) ? At::String : At::Wrong;
    case At::Hex:
        return !isHex(c) ? At::Wrong : --m_hexLeft == 0 ? At::String : At::Hex;
    case At::Word:
        if (c != m_wordLeft.front()) {
            return At::Wrong;
        }
        m_wordLeft.remove_prefix(1);
        return m_wordLeft.empty() ? At::AfterValue : At::Word;
    case At::Wrong:
        return At::Wrong;
    case At::Value:
    case At::FirstItem:
    case At::FirstName:
    case At::Name:
    case At::Colon:
    case At::AfterValue:
        return isSpace(c) ? m_at : structure(c);
    default:
        return number(c);
    }
}

JsonCheck::At JsonCheck::structure(char c)
{
    switch (m_at) {
    case At::FirstItem:
        return c == ']' ? close(c) : beginValue(c);
    case At::FirstName:
    case At::Name:
        m_inName = true;
        return c == '"' ? At::String : c == '}' && m_at == At::FirstName ? close(c) : At::Wrong;
    case At::Colon:
        return c == ':' ? At::Value : At::Wrong;
    case At::AfterValue:
        if (c == ',' && !m_open.empty()) {
            return m_open.back() == '{' ? At::Name : At::Value;
        }
        return c == ']' || c == '}' ? close(c) : At::Wrong;
    default:
        return beginValue(c);
    }
}

JsonCheck::At JsonCheck::beginValue(char c)
{
    m_anything = true;
    m_inName = false;
    switch (c) {
    case '{':
    case '[':
        m_open.push_back(c);
        return m_open.size() > kDeepest ? At::Wrong : c == '{' ? At::FirstName : At::FirstItem;
    case '"':
        return At::String;
    case 't':
        m_wordLeft = "rue";
        return At::Word;
    case 'f':
        m_wordLeft = "alse";
        return At::Word;
    case 'n':
        m_wordLeft = "ull";
        return At::Word;
    case '-':
        return At::Minus;
    case '0':
        return At::Zero;
    default:
        return isDigit(c) ? At::Digits : At::Wrong;
    }
}

JsonCheck::At JsonCheck::number(char c)
{
    const bool digit = isDigit(c);
    switch (m_at) {
    case At::Minus:
        return c == '0' ? At::Zero : digit ? At::Digits : At::Wrong;
    case At::Point:
        return digit ? At::Fraction : At::Wrong;
    case At::Exponent:
        return digit ? At::ExponentDigits : c == '+' || c == '-' ? At::ExponentSign : At::Wrong;
    case At::ExponentSign:
        return digit ? At::ExponentDigits : At::Wrong;
    default:
        break;
    }
    const bool whole = m_at == At::Zero || m_at == At::Digits;
    if (digit) {
        return m_at == At::Zero ? At::Wrong : m_at;
    }
    if (c == '.' && whole) {
        return At::Point;
    }
    if ((c == 'e' || c == 'E') && m_at != At::ExponentDigits) {
        return At::Exponent;
    }
    m_at = At::AfterValue; // the number has ended, and this is what follows it
    return next(c);
}

JsonCheck::At JsonCheck::close(char bracket)
{
    if (m_open.empty() || (m_open.back() == '{') != (bracket == '}')) {
        return At::Wrong;
    }
    m_open.pop_back();
    return At::AfterValue;
}

} // namespace signalbox::parts
