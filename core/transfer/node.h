// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/json/value.h"

namespace signalbox::transfer {

/// A place in a document that others wrote: the value, if there is one, and its path. Whatever is missing or
/// of another type reads as empty, so that readers need no checks. Holds on to the tree, which must outlive
/// it.
class Node
{
public:
    explicit Node(const json::Value &root) : m_value(&root), m_line(root.line) {}

    Node operator[](std::string_view name) const;
    /// The first of these names that is there.
    Node any(std::initializer_list<std::string_view> names) const;
    std::vector<Node> items() const;                   ///< of an array; empty otherwise
    std::vector<Node> members() const;                 ///< of an object; empty otherwise
    const std::string &name() const { return m_name; } ///< of this member

    bool there() const { return m_value && !m_value->is(json::Value::Type::Null); }
    bool is(json::Value::Type type) const { return m_value && m_value->is(type); }
    std::string text() const;             ///< a text, or a number as it is written
    std::optional<double> number() const; ///< also one that is written as a text
    bool flag(bool otherwise = false) const;
    /// The texts of an array, or of a text with commas.
    std::vector<std::string> texts() const;
    const json::Value &value() const;

    const std::string &path() const { return m_path; }
    int line() const { return m_line; }

private:
    Node(const json::Value *value, std::string path, int line)
        : m_value(value), m_path(std::move(path)), m_line(line)
    {}

    const json::Value *m_value;
    std::string m_path;
    std::string m_name;
    int m_line = 0;
};

} // namespace signalbox::transfer
