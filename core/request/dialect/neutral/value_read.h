// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/json/value.h"

// How the codecs take members from what strangers sent, and put them into what they write. A member that is
// missing, null or of another type than asked for is not given. Of members with one name the last counts.
// What they refer to lives as long as the object does. Pure; any thread.
namespace signalbox::neutral {

/// Null: not given.
const json::Value *memberOf(const json::Value &object, std::string_view name);
const json::Value *objectOf(const json::Value &object, std::string_view name);
/// Empty where there is none.
const std::vector<json::Value> &itemsOf(const json::Value &object, std::string_view name);
const std::string &textOf(const json::Value &object, std::string_view name);
/// A number as it was written.
const std::string &numberOf(const json::Value &object, std::string_view name);
/// A whole number, also written as "5.0" or "5e3"; beyond 64 bits the nearest.
std::optional<std::int64_t> integerOf(const json::Value &object, std::string_view name);
std::optional<bool> boolOf(const json::Value &object, std::string_view name);
/// A copy, null where there is none.
json::Value valueOf(const json::Value &object, std::string_view name);

std::optional<std::int64_t> toInteger(const json::Value &number);

/// A call's arguments as an object, for dialects that want one: of no text {}, of a text that is no object
/// (cut off by a limit, or of a custom tool) {"input": text}.
json::Value argumentsObject(std::string_view text);
/// Whether argumentsObject has to wrap it.
bool isObjectText(std::string_view text);

// Each adds only what is given.
void addText(json::Value &object, std::string_view name, const std::string &text);
void addNumber(json::Value &object, std::string_view name, const std::string &number);
void addInteger(json::Value &object, std::string_view name, std::optional<std::int64_t> number);
void addBool(json::Value &object, std::string_view name, std::optional<bool> value);
void addValue(json::Value &object, std::string_view name, const json::Value &value);

} // namespace signalbox::neutral
