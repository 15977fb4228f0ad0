// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox::parts {

/// Tells whether a text that comes in pieces is one JSON value (RFC 8259, at most 512 levels), byte by byte
/// and without keeping it: arguments of tool calls may be megabytes. Its encoding is not looked at.
class JsonCheck
{
public:
    void feed(std::string_view text);
    /// What has come is a whole value, or nothing but white space (no arguments are no mistake).
    bool holds() const;

private:
    enum class At : std::uint8_t {
        Value,      ///< a value must come
        FirstItem,  ///< a value or ']'
        FirstName,  ///< a name or '}'
        Name,       ///< a name must come
        Colon,      ///< ':' must come
        AfterValue, ///< ',' or a closing bracket; at the top: the end
        String,
        Escape,
        Hex,
        Word,  ///< within true, false, null
        Minus, ///< a digit must come
        Zero,
        Digits,
        Point, ///< a digit must come
        Fraction,
        Exponent,     ///< a sign or a digit must come
        ExponentSign, ///< a digit must come
        ExponentDigits,
        Wrong,
    };
    At next(char c);
    At structure(char c);
    At beginValue(char c);
    At number(char c);
    At close(char bracket);

    At m_at = At::Value;
    bool m_inName = false;
    bool m_anything = false;
    int m_hexLeft = 0;
    std::string_view m_wordLeft;
    std::string m_open; ///< brackets that wait for their other half
};

} // namespace signalbox::parts
