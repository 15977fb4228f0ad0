// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::json {

struct Member;

/// A JSON value in a tree that keeps the order of members and the text of numbers, and knows where in its
/// document it stood (line and column count from 1; 0: not read from a document). A plain value, any thread.
class Value
{
public:
    enum class Type : std::uint8_t { Null, Bool, Number, String, Array, Object };

    Value(); ///< null
    ~Value();
    Value(const Value &);
    Value(Value &&) noexcept;
    Value &operator=(const Value &);
    Value &operator=(Value &&) noexcept;
    static Value boolean(bool value);
    static Value integer(std::int64_t value);
    static Value number(std::string literal); ///< kept as it is; must be a JSON number
    static Value real(double value);          ///< the shortest text that reads back the same
    static Value string(std::string text);
    static Value array(std::vector<Value> items = {});
    static Value object();

    Type type() const { return m_type; }
    bool is(Type type) const { return m_type == type; }
    /// String: its text, unescaped. Number: as written. Otherwise empty.
    const std::string &text() const { return m_text; }
    bool toBool() const { return m_bool; }
    const std::vector<Value> &items() const { return m_items; }
    const std::vector<Member> &members() const { return m_members; }
    std::vector<Value> &items() { return m_items; }
    std::vector<Member> &members() { return m_members; }
    /// The first member of that name; null if there is none or this is no object.
    const Value *find(std::string_view name) const;
    Value *find(std::string_view name);

    Value &add(std::string name, Value value); ///< to an object; returns the object
    Value &append(Value value);                ///< to an array; returns the array
    Value &set(std::string name, Value value); ///< adds or replaces; returns the object
    /// Takes the first member of that name out and returns its value; nothing if there is none.
    std::optional<Value> take(std::string_view name);

    int line = 0;
    int column = 0;

    /// Where it stood in a document does not matter.
    bool operator==(const Value &other) const;

private:
    explicit Value(Type type);

    Type m_type = Type::Null;
    bool m_bool = false;
    std::string m_text;
    std::vector<Value> m_items;
    std::vector<Member> m_members;
};

struct Member {
    std::string name;
    Value value;
    int line = 0; ///< of the name
    bool operator==(const Member &other) const { return name == other.name && value == other.value; }
};

/// "a number", "an object", … as it is put into messages.
std::string_view describe(Value::Type type);

} // namespace signalbox::json
