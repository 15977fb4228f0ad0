// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <exception>
#include <sstream>

#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "core/transfer/text/source_text.h"

namespace signalbox::transfer {

namespace {
using json::Value;

Value fromToml(const toml::node &node);

Value fromTable(const toml::table &table)
{
    Value out = Value::object();
    for (const auto &[name, value] : table) {
        out.add(std::string(name.str()), fromToml(value));
        out.members().back().line = static_cast<int>(name.source().begin.line);
    }
    return out;
}

Value fromArray(const toml::array &array)
{
    Value out = Value::array();
    for (const toml::node &one : array) {
        out.append(fromToml(one));
    }
    return out;
}

template<typename T>
std::string asText(const T &value)
{
    std::ostringstream out;
    out << value;
    return out.str();
}

/// The parser bounds the depth of arrays and inline tables.
Value fromToml(const toml::node &node)
{
    Value out;
    if (const toml::table *table = node.as_table()) {
        out = fromTable(*table);
    } else if (const toml::array *array = node.as_array()) {
        out = fromArray(*array);
    } else if (const auto *text = node.as_string()) {
        out = Value::string(text->get());
    } else if (const auto *number = node.as_integer()) {
        out = Value::integer(number->get());
    } else if (const auto *real = node.as_floating_point()) {
        out = std::isfinite(real->get()) ? Value::real(real->get()) : Value();
    } else if (const auto *flag = node.as_boolean()) {
        out = Value::boolean(flag->get());
    } else if (const auto *date = node.as_date()) {
        out = Value::string(asText(date->get()));
    } else if (const auto *time = node.as_time()) {
        out = Value::string(asText(time->get()));
    } else if (const auto *both = node.as_date_time()) {
        out = Value::string(asText(both->get()));
    }
    out.line = static_cast<int>(node.source().begin.line);
    out.column = static_cast<int>(node.source().begin.column);
    return out;
}
} // namespace

base::Result<Value> readToml(std::string_view text)
{
    if (const auto sound = checkSource(text); !sound) {
        return std::unexpected(sound.error());
    }
    try { // it allocates, and that may fail
        const toml::parse_result parsed = toml::parse(text);
        if (!parsed) {
            return base::fail(base::ErrorCode::InvalidArgument,
                              "line " + std::to_string(parsed.error().source().begin.line)
                                  + ": this is not TOML");
        }
        return fromTable(parsed.table());
    } catch (const std::exception &) {
        return base::fail(base::ErrorCode::InvalidArgument, "this is not TOML");
    }
}

} // namespace signalbox::transfer
