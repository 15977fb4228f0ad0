// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/json/scan.h"

// Ways around in JSON that is known to be valid, where values are handed on as they are written. A value is
// the text of one, without white space around it.
namespace signalbox::parts {

inline bool isString(std::string_view value)
{
    return value.size() >= 2 && value.front() == '"';
}

inline bool isArray(std::string_view value)
{
    return value.size() >= 2 && value.front() == '[';
}

inline bool isObject(std::string_view value)
{
    return value.size() >= 2 && value.front() == '{';
}

/// No value, or one of those that stand for none.
inline bool saysNothing(std::string_view value)
{
    return value.empty() || value == "null" || value == "\"\"" || value == "0";
}

/// What stands between the quotes or brackets.
inline std::string_view inside(std::string_view value)
{
    return value.size() < 2 ? std::string_view() : value.substr(1, value.size() - 2);
}

/// Calls visit(name, value) for each member; the name without its quotes. None if it is no object.
template<typename Visit>
void eachMember(std::string_view object, Visit visit)
{
    for (const json::MemberAt &one : json::membersAt(object, {0, object.size()})) {
        visit(inside(json::slice(object, one.name)), json::slice(object, one.value));
    }
}

template<typename Visit>
void eachElement(std::string_view array, Visit visit)
{
    for (const json::Span &one : json::elementsAt(array, {0, array.size()})) {
        visit(json::slice(array, one));
    }
}

/// Empty: there is none.
inline std::string_view memberOf(std::string_view object, std::string_view name)
{
    const auto at = json::memberAt(object, {0, object.size()}, name);
    return at ? json::slice(object, *at) : std::string_view();
}

inline std::string_view rootOf(std::string_view text)
{
    return json::slice(text, json::rootAt(text));
}

/// A count or an index; negative ones and what is no number are `otherwise`.
int toCount(std::string_view value, int otherwise);

} // namespace signalbox::parts
