// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/tree.h"

#include <string>

#include <simdjson.h>

#include "core/foundation/json/locate.h"
#include "core/foundation/json/scan.h"
#include "core/foundation/json/utf8.h"

namespace signalbox::json {

namespace {
namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

/// Copies simdjson's on-demand view into our tree. The view is lazy: a value is checked only when it is read,
/// so every value is.
class Grower
{
public:
    explicit Grower(std::string_view text) : m_text(text) {}

    error_code grow(ondemand::value value, Value &out, int depth)
    {
        const std::string_view token = value.raw_json_token();
        m_reached = static_cast<std::size_t>(token.data() - m_text.data());
        if (depth > kMaxTreeDepth) {
            return simdjson::DEPTH_ERROR;
        }
        ondemand::json_type type = ondemand::json_type::null;
        if (const error_code error = value.type().get(type)) {
            return error;
        }
        switch (type) {
        case ondemand::json_type::object:
            return growObject(value, out, depth);
        case ondemand::json_type::array:
            return growArray(value, out, depth);
        case ondemand::json_type::string:
            return growString(value, token, out);
        default:
            return growAtom(value, type, trimmed(token), out);
        }
    }

    std::size_t reached() const { return m_reached; }

private:
    error_code growObject(ondemand::value value, Value &out, int depth)
    {
        out = Value::object();
        ondemand::object object;
        if (const error_code error = value.get_object().get(object)) {
            return error;
        }
        for (auto step : object) {
            ondemand::field field;
            if (const error_code error = std::move(step).get(field)) {
                return error;
            }
            const char *const raw = field.key().raw();
            std::string_view name;
            std::string spare;
            if (field.unescaped_key().get(name)) {
                spare = unescaped(m_text.substr(static_cast<std::size_t>(raw - m_text.data()) - 1));
                name = spare;
            }
            Member &member = out.members().emplace_back(Member{std::string(name), Value()});
            if (const error_code error = grow(field.value(), member.value, depth + 1)) {
                return error;
            }
        }
        return simdjson::SUCCESS;
    }

    error_code growArray(ondemand::value value, Value &out, int depth)
    {
        out = Value::array();
        ondemand::array array;
        if (const error_code error = value.get_array().get(array)) {
            return error;
        }
        for (auto step : array) {
            ondemand::value item;
            if (const error_code error = std::move(step).get(item)) {
                return error;
            }
            if (const error_code error = grow(item, out.items().emplace_back(), depth + 1)) {
                return error;
            }
        }
        return simdjson::SUCCESS;
    }

    /// simdjson refuses half a surrogate pair, which servers that cut UTF-16 apart do send.
    static error_code growString(ondemand::value value, std::string_view token, Value &out)
    {
        std::string_view text;
        const error_code error = value.get_string().get(text);
        if (error == simdjson::STRING_ERROR) {
            const std::string whole = unescaped(token);
            if (whole.find("\xEF\xBF\xBD") == whole.npos) {
                return error; // an escape that JSON does not have
            }
            out = Value::string(whole);
            return simdjson::SUCCESS;
        }
        out = Value::string(std::string(text));
        return error;
    }

    static error_code growAtom(ondemand::value value, ondemand::json_type type, std::string_view word,
                               Value &out)
    {
        if (type == ondemand::json_type::number && isNumber(word)) {
            out = Value::number(std::string(word));
            return value.get_double().error();
        }
        if (word == "true" || word == "false") {
            out = Value::boolean(word == "true");
            return value.get_bool().error();
        }
        if (word == "null") {
            out = Value();
            bool isNull = false;
            return value.is_null().get(isNull);
        }
        return simdjson::TAPE_ERROR;
    }

    std::string_view m_text;
    std::size_t m_reached = 0;
};

std::expected<Value, SyntaxError> readOnce(std::string_view text, error_code &error)
{
    const simdjson::padded_string padded(text);
    const std::string_view copy(padded.data(), padded.size());
    ondemand::parser parser;
    ondemand::document document;
    ondemand::value root;
    Grower grower(copy);
    Value out;
    error = parser.iterate(padded).get(document);
    if (error == simdjson::SUCCESS) {
        error = document.get_value().get(root);
    }
    if (error == simdjson::SUCCESS) {
        error = grower.grow(root, out, 1);
    }
    if (error != simdjson::SUCCESS) {
        if (error == simdjson::DEPTH_ERROR) {
            return std::unexpected(SyntaxError{1, 1, "this is nested deeper than 256 levels"});
        }
        return std::unexpected(explain(copy, grower.reached(), error));
    }
    const char *left = nullptr;
    if (document.current_location().get(left) == simdjson::SUCCESS) {
        error = simdjson::TRAILING_CONTENT;
        return std::unexpected(explain(copy, static_cast<std::size_t>(left - copy.data()), error));
    }
    return out;
}
} // namespace

std::expected<Value, SyntaxError> readTree(std::string_view text)
{
    error_code error = simdjson::SUCCESS;
    auto tree = readOnce(text, error);
    if (error == simdjson::UTF8_ERROR) {
        std::string repaired(text);
        json::repairUtf8(repaired);
        tree = readOnce(repaired, error);
    }
    return tree;
}

} // namespace signalbox::json
