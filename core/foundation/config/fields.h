// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <set>
#include <type_traits>
#include <utility>

#include "core/foundation/config/reading.h"

// Kinds of fields of which key_table.cpp and key_table_chains.cpp build their tables. A field knows how to
// read itself from JSON and how to write itself; its default is that of the struct. `Access` is a member
// pointer or a function that returns a reference.
namespace signalbox::config {

constexpr std::int64_t kHour = 3'600'000; ///< milliseconds
constexpr std::int64_t kDay = 24 * kHour;

template<typename T>
struct Field {
    FieldInfo info;
    std::function<void(Reading &, const json::Value &, T &)> read;
    std::function<json::Value(const T &)> write;
};

template<typename T>
using Fields = std::vector<Field<T>>;

/// The table of one kind of object; key_table.cpp and key_table_chains.cpp have one for each.
template<typename T>
const Fields<T> &fieldsOf();

// In key_table_chains.cpp.
template<>
const Fields<ModelTraits> &fieldsOf();
template<>
const Fields<StepConfig> &fieldsOf();
template<>
const Fields<FallbackOn> &fieldsOf();
template<>
const Fields<Stickiness> &fieldsOf();
template<>
const Fields<ChainPolicy> &fieldsOf();
template<>
const Fields<ChainConfig> &fieldsOf();
template<>
const Fields<RuleConfig> &fieldsOf();

template<typename T>
void readFields(Reading &reading, const json::Value &object, T &out)
{
    if (!reading.expect(object, json::Value::Type::Object)) {
        return;
    }
    std::vector<FieldInfo> known;
    for (const Field<T> &field : fieldsOf<T>()) {
        known.push_back(field.info);
        const Reading::Into into(reading, field.info.name);
        if (const json::Value *value = object.find(field.info.name)) {
            field.read(reading, *value, out);
        } else if (field.info.required) {
            reading.wrong(object.line, "is missing");
        }
    }
    for (const json::Member &member : object.members()) {
        const auto same = [&](const FieldInfo &info) { return info.name == member.name; };
        if (std::none_of(known.begin(), known.end(), same)) {
            reading.unknown(object, member.name, member.line, known);
        }
    }
}

template<typename T>
json::Value writeFields(const T &from)
{
    static const T kDefaults{};
    json::Value out = json::Value::object();
    for (const Field<T> &field : fieldsOf<T>()) {
        json::Value value = field.write(from);
        if (field.info.required || field.info.shown || !(value == field.write(kDefaults))) {
            out.add(std::string(field.info.name), std::move(value));
        }
    }
    return out;
}

/// Reads with `parse` (Reading → optional), writes with `toJson`.
template<typename T, typename Access, typename Parse, typename ToJson>
Field<T> simpleField(FieldInfo info, Access access, Parse parse, ToJson toJson)
{
    return {info,
            [=](Reading &reading, const json::Value &value, T &out) {
                if (auto parsed = parse(reading, value, info)) {
                    auto &target = std::invoke(access, out);
                    target = static_cast<std::remove_reference_t<decltype(target)>>(*std::move(parsed));
                }
            },
            [=](const T &from) { return toJson(std::invoke(access, from)); }};
}

template<typename T, typename Access>
Field<T> text(FieldInfo info, Access access)
{
    info.type = "string";
    return simpleField<T>(
        info, access, [](Reading &r, const json::Value &v, const FieldInfo &i) { return r.text(v, i); },
        [](const std::string &s) { return json::Value::string(s); });
}

template<typename T, typename Access>
Field<T> integer(FieldInfo info, Access access)
{
    info.type = "integer";
    return simpleField<T>(
        info, access, [](Reading &r, const json::Value &v, const FieldInfo &i) { return r.integer(v, i); },
        [](auto number) { return json::Value::integer(static_cast<std::int64_t>(number)); });
}

template<typename T>
Field<T> millis(std::string_view name, Ms T::*access, std::int64_t min, std::int64_t max)
{
    return simpleField<T>(
        FieldInfo{.name = name, .type = "integer", .min = min, .max = max}, access,
        [](Reading &r, const json::Value &v, const FieldInfo &i) -> std::optional<Ms> {
            const auto number = r.integer(v, i);
            return number ? std::optional(Ms(*number)) : std::nullopt;
        },
        [](Ms ms) { return json::Value::integer(ms.count()); });
}

template<typename T>
Field<T> flag(FieldInfo info, bool T::*access)
{
    info.type = "boolean";
    return simpleField<T>(
        info, access, [](Reading &r, const json::Value &v, const FieldInfo &) { return r.flag(v); },
        [](bool on) { return json::Value::boolean(on); });
}

template<typename T, typename Access>
Field<T> keySource(std::string_view name, Access access)
{
    return simpleField<T>(
        FieldInfo{.name = name, .type = "keySource"}, access,
        [](Reading &r, const json::Value &v, const FieldInfo &) { return r.keySource(v); }, writeKeySource);
}

/// Words of an enum, in the order in which they are named to people.
template<typename E>
using Words = std::vector<std::pair<std::string_view, E>>;

template<typename T, typename E>
Field<T> choice(std::string_view name, E T::*access, Words<E> words)
{
    FieldInfo info{.name = name, .type = "string"};
    for (const auto &[word, value] : words) {
        info.choices.push_back(word);
    }
    return simpleField<T>(
        info, access,
        [words](Reading &r, const json::Value &v, const FieldInfo &i) -> std::optional<E> {
            const auto text = r.text(v, i);
            const auto found =
                std::find_if(words.begin(), words.end(), [&](const auto &one) { return one.first == text; });
            return found == words.end() ? std::nullopt : std::optional(found->second);
        },
        [words](E value) {
            const auto found = std::find_if(words.begin(), words.end(),
                                            [&](const auto &one) { return one.second == value; });
            return json::Value::string(found == words.end() ? std::string() : std::string(found->first));
        });
}

/// A flag that may also say nothing.
template<typename T>
Field<T> optionalFlag(std::string_view name, std::optional<bool> T::*access)
{
    return simpleField<T>(
        FieldInfo{.name = name, .type = "optionalFlag"}, access,
        [](Reading &r, const json::Value &v, const FieldInfo &) { return r.flag(v); },
        [](std::optional<bool> on) { return on ? json::Value::boolean(*on) : json::Value(); });
}

/// An amount of money that may be left out.
template<typename T>
Field<T> optionalDollars(std::string_view name, std::optional<base::Money> T::*access)
{
    return simpleField<T>(
        FieldInfo{.name = name, .type = "decimal"}, access,
        [](Reading &r, const json::Value &v, const FieldInfo &) { return r.decimal(v); },
        [](std::optional<base::Money> amount) {
            return amount ? json::Value::number(decimalText(amount->nano)) : json::Value();
        });
}

template<typename T>
Field<T> condition(std::string_view name, Condition T::*access)
{
    return simpleField<T>(
        FieldInfo{.name = name, .type = "object", .section = "condition"}, access,
        [](Reading &r, const json::Value &v, const FieldInfo &) { return readCondition(r, v); },
        writeCondition);
}

template<typename T>
Field<T> texts(std::string_view name, std::vector<std::string> T::*access)
{
    const FieldInfo info{.name = name, .type = "array"};
    return {info,
            [=](Reading &r, const json::Value &v, T &out) {
                if (!r.expect(v, json::Value::Type::Array)) {
                    return;
                }
                (out.*access).clear();
                for (std::size_t i = 0; i < v.items().size(); ++i) {
                    const Reading::Into into(r, i);
                    (out.*access).push_back(r.text(v.items()[i], {}).value_or(""));
                }
            },
            [=](const T &from) {
                json::Value out = json::Value::array();
                for (const std::string &one : from.*access) {
                    out.append(json::Value::string(one));
                }
                return out;
            }};
}

template<typename T, typename U>
Field<T> object(FieldInfo info, U T::*access)
{
    info.type = "object";
    return {info, [=](Reading &r, const json::Value &v, T &out) { readFields(r, v, out.*access); },
            [=](const T &from) { return writeFields(from.*access); }};
}

template<typename T, typename U>
Field<T> objects(FieldInfo info, std::vector<U> T::*access)
{
    info.type = "array";
    return {info,
            [=](Reading &r, const json::Value &v, T &out) {
                if (!r.expect(v, json::Value::Type::Array)) {
                    return;
                }
                (out.*access).clear();
                for (std::size_t i = 0; i < v.items().size(); ++i) {
                    const Reading::Into into(r, i);
                    readFields(r, v.items()[i], (out.*access).emplace_back());
                }
            },
            [=](const T &from) {
                json::Value out = json::Value::array();
                for (const U &one : from.*access) {
                    out.append(writeFields(one));
                }
                return out;
            }};
}

/// An object whose names the user chooses; `readOne` (Reading, Value, U &) and `writeOne` do the values.
template<typename T, typename U, typename ReadOne, typename WriteOne>
Field<T> map(FieldInfo info, std::map<std::string, U> T::*access, ReadOne readOne, WriteOne writeOne)
{
    return {info,
            [=](Reading &r, const json::Value &v, T &out) {
                if (!r.expect(v, json::Value::Type::Object)) {
                    return;
                }
                (out.*access).clear();
                for (const json::Member &member : v.members()) {
                    const auto into = Reading::Into::entry(r, member.name);
                    readOne(r, member.value, (out.*access)[member.name]);
                }
            },
            [=](const T &from) {
                json::Value out = json::Value::object();
                for (const auto &[name, one] : from.*access) {
                    out.add(name, writeOne(one));
                }
                return out;
            }};
}

} // namespace signalbox::config
