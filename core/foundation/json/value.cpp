// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace signalbox::json {

// Here, where Member is complete.
Value::Value() = default;
Value::~Value() = default;
Value::Value(const Value &) = default;
Value::Value(Value &&) noexcept = default;
Value &Value::operator=(const Value &) = default;
Value &Value::operator=(Value &&) noexcept = default;
Value::Value(Type type) : m_type(type) {}

Value Value::boolean(bool value)
{
    Value out(Type::Bool);
    out.m_bool = value;
    return out;
}

Value Value::integer(std::int64_t value)
{
    return number(std::to_string(value));
}

Value Value::number(std::string literal)
{
    Value out(Type::Number);
    out.m_text = std::move(literal);
    return out;
}

Value Value::real(double value)
{
    std::array<char, 32> buffer = {};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return number(error == std::errc() ? std::string(buffer.data(), end) : "0");
}

Value Value::string(std::string text)
{
    Value out(Type::String);
    out.m_text = std::move(text);
    return out;
}

Value Value::array(std::vector<Value> items)
{
    Value out(Type::Array);
    out.m_items = std::move(items);
    return out;
}

Value Value::object()
{
    return Value(Type::Object);
}

const Value *Value::find(std::string_view name) const
{
    const auto it =
        std::find_if(m_members.begin(), m_members.end(), [&](const Member &m) { return m.name == name; });
    return it == m_members.end() ? nullptr : &it->value;
}

Value *Value::find(std::string_view name)
{
    return const_cast<Value *>(std::as_const(*this).find(name));
}

Value &Value::set(std::string name, Value value)
{
    if (Value *const there = find(name)) {
        *there = std::move(value);
        return *this;
    }
    return add(std::move(name), std::move(value));
}

std::optional<Value> Value::take(std::string_view name)
{
    const auto it = std::ranges::find(m_members, name, &Member::name);
    if (it == m_members.end()) {
        return std::nullopt;
    }
    std::optional<Value> out = std::move(it->value);
    m_members.erase(it);
    return out;
}

Value &Value::add(std::string name, Value value)
{
    m_members.push_back({std::move(name), std::move(value), 0});
    return *this;
}

Value &Value::append(Value value)
{
    m_items.push_back(std::move(value));
    return *this;
}

bool Value::operator==(const Value &other) const
{
    return m_type == other.m_type && m_bool == other.m_bool && m_text == other.m_text
           && m_items == other.m_items && m_members == other.m_members;
}

std::string_view describe(Value::Type type)
{
    switch (type) {
    case Value::Type::Null:
        return "null";
    case Value::Type::Bool:
        return "true or false";
    case Value::Type::Number:
        return "a number";
    case Value::Type::String:
        return "a text in quotes";
    case Value::Type::Array:
        return "a list [ ]";
    case Value::Type::Object:
        return "an object { }";
    }
    return "";
}

} // namespace signalbox::json
