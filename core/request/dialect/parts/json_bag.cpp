// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/json_bag.h"

#include <algorithm>
#include <charconv>

#include "core/request/dialect/parts/json_members.h"

namespace signalbox::parts {

int toCount(std::string_view value, int otherwise)
{
    int number = -1;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number >= 0 ? number : otherwise;
}

JsonBag::Entry &JsonBag::entry(std::string_view name, Kind kind)
{
    auto found = std::ranges::find(m_entries, name, &Entry::name);
    if (found == m_entries.end()) {
        m_entries.push_back({std::string(name), kind, {}});
        found = std::prev(m_entries.end());
    }
    if (found->kind != kind) {
        found->kind = kind;
        found->inside.clear();
    }
    return *found;
}

void JsonBag::set(std::string_view name, std::string_view value)
{
    entry(name, Kind::Value).inside = value;
}

void JsonBag::keep(std::string_view name, std::string_view value)
{
    if (!has(name)) {
        set(name, value);
    }
}

void JsonBag::append(std::string_view name, std::string_view string)
{
    entry(name, Kind::String).inside.append(parts::inside(string));
}

void JsonBag::join(std::string_view name, std::string_view array)
{
    const std::string_view more = parts::inside(array);
    std::string &all = entry(name, Kind::Array).inside;
    if (more.find_first_not_of(" \t\r\n") == more.npos) {
        return;
    }
    all.append(all.empty() ? "" : ",").append(more);
}

void JsonBag::add(const JsonBag &other)
{
    for (const Entry &one : other.m_entries) {
        if (!has(one.name)) {
            m_entries.push_back(one);
        }
    }
}

bool JsonBag::has(std::string_view name) const
{
    return std::ranges::find(m_entries, name, &Entry::name) != m_entries.end();
}

std::string JsonBag::value(std::string_view name) const
{
    const auto found = std::ranges::find(m_entries, name, &Entry::name);
    return found == m_entries.end() ? std::string() : whole(*found);
}

std::string JsonBag::whole(const Entry &entry)
{
    switch (entry.kind) {
    case Kind::String:
        return "\"" + entry.inside + "\"";
    case Kind::Array:
        return "[" + entry.inside + "]";
    case Kind::Value:
        break;
    }
    return entry.inside;
}

void JsonBag::write(std::string &out) const
{
    for (const Entry &one : m_entries) {
        out.append(",\"").append(one.name).append("\":").append(whole(one));
    }
}

} // namespace signalbox::parts
