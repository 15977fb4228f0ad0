// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::http {

struct Header {
    std::string name;
    std::string value;
};

/// Header fields in the order they came. Names compare without case.
class Headers
{
public:
    void add(std::string_view name, std::string_view value)
    {
        m_fields.push_back({std::string(name), std::string(value)});
    }
    void set(std::string_view name, std::string_view value); ///< replaces every field of that name
    void remove(std::string_view name);
    std::optional<std::string_view> find(std::string_view name) const; ///< the first of that name
    std::size_t count(std::string_view name) const;

    bool empty() const { return m_fields.empty(); }
    std::size_t size() const { return m_fields.size(); }
    auto begin() const { return m_fields.begin(); }
    auto end() const { return m_fields.end(); }

private:
    std::vector<Header> m_fields;
};

bool equalsIgnoringCase(std::string_view a, std::string_view b);
/// A field value may hold no CR, LF or NUL; a name only token characters (RFC 9110 §5.1).
bool isValidFieldName(std::string_view name);
bool isValidFieldValue(std::string_view value);

struct RequestHead {
    std::string method;
    std::string target; ///< as on the wire: path with query
    int minor = 1;      ///< HTTP/1.minor
    Headers headers;
};

struct ResponseHead {
    int status = 0;
    std::string reason;
    int minor = 1;
    Headers headers;
};

/// Where an upstream lives. Keys are bound to it.
struct Origin {
    bool tls = true;
    std::string host; ///< lower case; an IPv6 address without brackets
    std::uint16_t port = 443;

    bool isLoopback() const;  ///< localhost, 127.0.0.0/8, ::1
    std::string text() const; ///< "https://api.openai.com", with the port where it is not the scheme's
    /// The value of a Host field.
    std::string hostField() const;
    auto operator<=>(const Origin &) const = default;
};

} // namespace signalbox::http
