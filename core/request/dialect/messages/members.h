// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/json/value.h"

// Short ways to ask a tree whose types nobody has checked, and to build one.
namespace signalbox::messages {

/// Empty: there is none, or it is no string.
inline std::string textOf(const json::Value &object, std::string_view name)
{
    const json::Value *const value = object.find(name);
    return value && value->is(json::Value::Type::String) ? value->text() : std::string();
}

/// A number as it is written.
inline std::string numberOf(const json::Value &object, std::string_view name)
{
    const json::Value *const value = object.find(name);
    return value && value->is(json::Value::Type::Number) ? value->text() : std::string();
}

/// A whole number; also one that is written as 1e3 or 5.0.
inline std::optional<std::int64_t> countOf(const json::Value &object, std::string_view name)
{
    const std::string text = numberOf(object, name);
    std::int64_t n = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), n).ptr == text.data() + text.size()) {
        return text.empty() ? std::nullopt : std::optional(n);
    }
    double real = 0;
    std::from_chars(text.data(), text.data() + text.size(), real);
    return real > -9e15 && real < 9e15 ? std::optional(static_cast<std::int64_t>(real)) : std::nullopt;
}

inline std::optional<bool> flagOf(const json::Value &object, std::string_view name)
{
    const json::Value *const value = object.find(name);
    return value && value->is(json::Value::Type::Bool) ? std::optional(value->toBool()) : std::nullopt;
}

/// The member if it is of that type.
inline const json::Value *find(const json::Value &object, std::string_view name, json::Value::Type type)
{
    const json::Value *const value = object.find(name);
    return value && value->is(type) ? value : nullptr;
}

inline json::Value string(std::string_view text)
{
    return json::Value::string(std::string(text));
}

/// {"type": type}, to be added to.
inline json::Value typed(std::string_view type)
{
    json::Value out = json::Value::object();
    out.add("type", string(type));
    return out;
}

inline void dropOnce(std::vector<std::string> &dropped, std::string_view name)
{
    if (std::ranges::find(dropped, name) == dropped.end()) {
        dropped.emplace_back(name);
    }
}

/// Anthropic refuses text without anything in it.
inline bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

} // namespace signalbox::messages
