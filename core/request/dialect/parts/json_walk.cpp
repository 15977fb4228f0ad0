// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/json_walk.h"

#include <string_view>

namespace signalbox::parts {

namespace {
namespace ondemand = simdjson::ondemand;

/// RFC 8259 §6, for any size of number: big integers must pass through.
bool isNumber(std::string_view token)
{
    std::size_t i = 0;
    const auto digits = [&] {
        const std::size_t from = i;
        while (i < token.size() && token[i] >= '0' && token[i] <= '9') {
            ++i;
        }
        return i - from;
    };
    if (i < token.size() && token[i] == '-') {
        ++i;
    }
    const bool zero = i < token.size() && token[i] == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) {
        return false;
    }
    if (i < token.size() && token[i] == '.') {
        ++i;
        if (digits() == 0) {
            return false;
        }
    }
    if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
        ++i;
        if (i < token.size() && (token[i] == '+' || token[i] == '-')) {
            ++i;
        }
        if (digits() == 0) {
            return false;
        }
    }
    return token.find_first_not_of(" \t\r\n", i) == std::string_view::npos;
}

simdjson::error_code walkArray(ondemand::value value, int depth)
{
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) {
        return error;
    }
    for (auto element : array) {
        ondemand::value inner;
        if (const auto error = element.get(inner)) {
            return error;
        }
        if (const auto error = walk(inner, depth + 1)) {
            return error;
        }
    }
    return simdjson::SUCCESS;
}

simdjson::error_code walkObject(ondemand::value value, int depth)
{
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) {
        return error;
    }
    for (auto entry : object) {
        ondemand::field field;
        if (const auto error = std::move(entry).get(field)) {
            return error;
        }
        if (const auto error = walk(field.value(), depth + 1)) {
            return error;
        }
    }
    return simdjson::SUCCESS;
}
} // namespace

simdjson::error_code walk(ondemand::value value, int depth)
{
    if (depth > kMaxJsonDepth) {
        return simdjson::DEPTH_ERROR;
    }
    ondemand::json_type type;
    if (const auto error = value.type().get(type)) {
        return error;
    }
    switch (type) {
    case ondemand::json_type::array:
        return walkArray(value, depth);
    case ondemand::json_type::object:
        return walkObject(value, depth);
    case ondemand::json_type::number:
        return isNumber(value.raw_json_token()) ? simdjson::SUCCESS : simdjson::NUMBER_ERROR;
    case ondemand::json_type::string:
        value.raw_json_token(); // stage 1 has checked quotes, control characters and UTF-8
        return simdjson::SUCCESS;
    case ondemand::json_type::boolean:
        return value.get_bool().error();
    case ondemand::json_type::null:
        return value.is_null() ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    }
    return simdjson::TAPE_ERROR;
}

} // namespace signalbox::parts
