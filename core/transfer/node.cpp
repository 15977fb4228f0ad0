// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer/node.h"

#include <charconv>
#include <cmath>

namespace signalbox::transfer {

using json::Value;

const Value &Node::value() const
{
    static const Value kNothing;
    return m_value ? *m_value : kNothing;
}

Node Node::operator[](std::string_view name) const
{
    const Value *found = m_value ? m_value->find(name) : nullptr;
    Node out(found, m_path + (m_path.empty() ? "" : ".") + std::string(name),
             found && found->line > 0 ? found->line : m_line);
    out.m_name = name;
    return out;
}

Node Node::any(std::initializer_list<std::string_view> names) const
{
    for (const std::string_view name : names) {
        if (Node one = (*this)[name]; one.there()) {
            return one;
        }
    }
    return (*this)[*names.begin()];
}

std::vector<Node> Node::items() const
{
    std::vector<Node> out;
    for (std::size_t i = 0; is(Value::Type::Array) && i < m_value->items().size(); ++i) {
        const Value &one = m_value->items()[i];
        out.push_back(Node(&one, m_path + "[" + std::to_string(i) + "]", one.line > 0 ? one.line : m_line));
    }
    return out;
}

std::vector<Node> Node::members() const
{
    std::vector<Node> out;
    if (!is(Value::Type::Object)) {
        return out;
    }
    for (const json::Member &member : m_value->members()) {
        const int line = member.value.line > 0 ? member.value.line : m_line;
        out.push_back(Node(&member.value, m_path + (m_path.empty() ? "" : ".") + member.name, line));
        out.back().m_name = member.name;
    }
    return out;
}

std::string Node::text() const
{
    return is(Value::Type::String) || is(Value::Type::Number) ? m_value->text() : std::string();
}

std::optional<double> Node::number() const
{
    const std::string written = text();
    double out = 0;
    const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), out);
    const bool sound = !written.empty() && error == std::errc() && end == written.data() + written.size();
    return sound && std::isfinite(out) ? std::optional(out) : std::nullopt;
}

bool Node::flag(bool otherwise) const
{
    if (is(Value::Type::Bool)) {
        return m_value->toBool();
    }
    return there() ? text() == "true" || text() == "1" : otherwise;
}

std::vector<std::string> Node::texts() const
{
    std::vector<std::string> out;
    const auto add = [&](std::string_view one) {
        const std::size_t begin = one.find_first_not_of(" \t\r\n");
        if (begin != std::string_view::npos) {
            out.emplace_back(one.substr(begin, one.find_last_not_of(" \t\r\n") + 1 - begin));
        }
    };
    for (const Node &one : items()) {
        add(one.text());
    }
    const std::string all = text();
    for (std::size_t begin = 0; begin < all.size();) {
        const std::size_t end = std::min(all.find(',', begin), all.size());
        add(std::string_view(all).substr(begin, end - begin));
        begin = end + 1;
    }
    return out;
}

} // namespace signalbox::transfer
