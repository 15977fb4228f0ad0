// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "core/request/dialect/neutral/value_read.h"

// Members of what strangers sent, under short names.
namespace signalbox::responses {

using neutral::addText;
using neutral::boolOf;
using neutral::integerOf;
using neutral::memberOf;
using neutral::objectOf;
using neutral::textOf;

/// Null: not given.
inline const json::Value *arrayOf(const json::Value &object, std::string_view name)
{
    const json::Value *found = memberOf(object, name);
    return found && found->is(json::Value::Type::Array) ? found : nullptr;
}

/// Keeps each name once.
inline void addOnce(std::vector<std::string> &names, std::string_view name)
{
    if (std::ranges::find(names, name) == names.end()) {
        names.emplace_back(name);
    }
}

} // namespace signalbox::responses
