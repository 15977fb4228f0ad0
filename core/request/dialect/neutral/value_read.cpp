// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/value_read.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <ranges>

#include "core/foundation/json/tree.h"

namespace signalbox::neutral {

namespace {
using Type = json::Value::Type;

const std::string kNoText;
const std::vector<json::Value> kNoItems;

const json::Value *typed(const json::Value &object, std::string_view name, Type type)
{
    const json::Value *value = memberOf(object, name);
    return value && value->is(type) ? value : nullptr;
}
} // namespace

const json::Value *memberOf(const json::Value &object, std::string_view name)
{
    const auto backwards = object.members() | std::views::reverse;
    const auto at = std::ranges::find(backwards, name, &json::Member::name);
    return at != backwards.end() && !at->value.is(Type::Null) ? &at->value : nullptr;
}

const json::Value *objectOf(const json::Value &object, std::string_view name)
{
    return typed(object, name, Type::Object);
}

const std::vector<json::Value> &itemsOf(const json::Value &object, std::string_view name)
{
    const json::Value *value = typed(object, name, Type::Array);
    return value ? value->items() : kNoItems;
}

const std::string &textOf(const json::Value &object, std::string_view name)
{
    const json::Value *value = typed(object, name, Type::String);
    return value ? value->text() : kNoText;
}

const std::string &numberOf(const json::Value &object, std::string_view name)
{
    const json::Value *value = typed(object, name, Type::Number);
    return value ? value->text() : kNoText;
}

std::optional<std::int64_t> integerOf(const json::Value &object, std::string_view name)
{
    const json::Value *value = memberOf(object, name);
    return value ? toInteger(*value) : std::nullopt;
}

std::optional<bool> boolOf(const json::Value &object, std::string_view name)
{
    const json::Value *value = typed(object, name, Type::Bool);
    return value ? std::optional(value->toBool()) : std::nullopt;
}

json::Value valueOf(const json::Value &object, std::string_view name)
{
    const json::Value *value = memberOf(object, name);
    return value ? *value : json::Value();
}

std::optional<std::int64_t> toInteger(const json::Value &number)
{
    if (!number.is(Type::Number)) {
        return std::nullopt;
    }
    const std::string &text = number.text();
    const char *end = text.data() + text.size();
    std::int64_t whole = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, whole);
    if (error == std::errc() && stop == end) {
        return whole;
    }
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    double real = 0;
    if (std::from_chars(text.data(), end, real).ec != std::errc()) { // beyond what a double holds
        const bool tiny = text.find("e-") != std::string::npos || text.find("E-") != std::string::npos;
        return tiny ? 0 : text.starts_with('-') ? -kMost : kMost;
    }
    if (std::abs(real) >= static_cast<double>(kMost)) {
        return real < 0 ? -kMost : kMost;
    }
    return static_cast<std::int64_t>(real);
}

bool isObjectText(std::string_view text)
{
    const auto tree = json::readTree(text);
    return tree && tree->is(Type::Object);
}

json::Value argumentsObject(std::string_view text)
{
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return json::Value::object();
    }
    if (auto tree = json::readTree(text); tree && tree->is(Type::Object)) {
        return std::move(*tree);
    }
    json::Value wrapped = json::Value::object();
    wrapped.add("input", json::Value::string(std::string(text)));
    return wrapped;
}

void addText(json::Value &object, std::string_view name, const std::string &text)
{
    if (!text.empty()) {
        object.add(std::string(name), json::Value::string(text));
    }
}

void addNumber(json::Value &object, std::string_view name, const std::string &number)
{
    if (!number.empty()) {
        object.add(std::string(name), json::Value::number(number));
    }
}

void addInteger(json::Value &object, std::string_view name, std::optional<std::int64_t> number)
{
    if (number) {
        object.add(std::string(name), json::Value::integer(*number));
    }
}

void addBool(json::Value &object, std::string_view name, std::optional<bool> value)
{
    if (value) {
        object.add(std::string(name), json::Value::boolean(*value));
    }
}

void addValue(json::Value &object, std::string_view name, const json::Value &value)
{
    if (!value.is(Type::Null)) {
        object.add(std::string(name), value);
    }
}

} // namespace signalbox::neutral
