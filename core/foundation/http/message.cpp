// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/message.h"

#include <algorithm>

namespace signalbox::http {

namespace {
constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// tchar of RFC 9110 §5.6.2
constexpr bool isTokenChar(char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z')
           || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
} // namespace

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return a.size() == b.size()
           && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool isValidFieldName(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), isTokenChar);
}

bool isValidFieldValue(std::string_view value)
{
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void Headers::set(std::string_view name, std::string_view value)
{
    const auto first = std::find_if(m_fields.begin(), m_fields.end(), [&](const Header &field) {
        return equalsIgnoringCase(field.name, name);
    });
    if (first == m_fields.end()) {
        add(name, value);
        return;
    }
    first->value = value;
    m_fields.erase(std::remove_if(first + 1, m_fields.end(),
                                  [&](const Header &field) { return equalsIgnoringCase(field.name, name); }),
                   m_fields.end());
}

void Headers::remove(std::string_view name)
{
    std::erase_if(m_fields, [&](const Header &field) { return equalsIgnoringCase(field.name, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const
{
    for (const Header &field : m_fields) {
        if (equalsIgnoringCase(field.name, name)) {
            return field.value;
        }
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const
{
    return static_cast<std::size_t>(std::count_if(m_fields.begin(), m_fields.end(), [&](const Header &field) {
        return equalsIgnoringCase(field.name, name);
    }));
}

} // namespace signalbox::http
