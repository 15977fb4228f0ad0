// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::parts {

/// The members of a JSON object that is put together from pieces. Values are kept as they are written: no
/// number, escape or unknown member is changed on its way.
class JsonBag
{
public:
    /// Later values take the place of earlier ones.
    void set(std::string_view name, std::string_view value);
    /// Only if the member is not there yet.
    void keep(std::string_view name, std::string_view value);
    /// Strings are put one behind the other. Half a surrogate pair finds its other half again.
    void append(std::string_view name, std::string_view string);
    /// Arrays are put one behind the other.
    void join(std::string_view name, std::string_view array);

    /// The members of `other` that are not there yet.
    void add(const JsonBag &other);

    bool empty() const { return m_entries.empty(); }
    bool has(std::string_view name) const;
    /// The value; empty: there is none.
    std::string value(std::string_view name) const;

    /// `,"name":value` for each member.
    void write(std::string &out) const;

private:
    enum class Kind : std::uint8_t { Value, String, Array };
    struct Entry {
        std::string name; ///< as written between its quotes
        Kind kind;
        std::string inside; ///< of a string or an array what stands between the quotes or brackets
    };
    static std::string whole(const Entry &entry);
    Entry &entry(std::string_view name, Kind kind);

    std::vector<Entry> m_entries;
};

} // namespace signalbox::parts
