// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/schema.h"

#include <algorithm>
#include <array>

#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::memberOf;
using neutral::objectOf;
using neutral::textOf;
using Type = Value::Type;

constexpr int kMostLevels = 24;
constexpr int kMostNodes = 20'000; ///< references can multiply a small schema

constexpr std::array<std::string_view, 13> kKept{
    "title",     "description", "required", "minItems", "maxItems",      "minimum",      "maximum",
    "minLength", "maxLength",   "pattern",  "nullable", "minProperties", "maxProperties"};
constexpr std::array<std::string_view, 7> kFormats{"enum",  "date-time", "float", "double",
                                                   "int32", "int64",     "date"};

std::string capitals(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

class Cleaner
{
public:
    explicit Cleaner(const Value &root) : m_root(root) {}

    Value clean(const Value &given, int level)
    {
        Value out = Value::object();
        const Value *schema = resolved(given);
        if (!schema || level > kMostLevels || ++m_nodes > kMostNodes) {
            out.add("type", Value::string("OBJECT"));
            return out;
        }
        takeType(*schema, out);
        for (const json::Member &member : schema->members()) {
            take(member, level, out);
        }
        takeChoices(*schema, level, out);
        if (out.members().empty()) {
            out.add("type", Value::string("OBJECT")); // "anything" cannot be said
        }
        return out;
    }

private:
    /// Follows "#/$defs/name" and the like.
    const Value *resolved(const Value &given) const
    {
        const Value *at = &given;
        for (int hops = 0; hops < kMostLevels; ++hops) {
            const std::string &reference = textOf(*at, "$ref");
            if (reference.empty()) {
                return at;
            }
            at = target(reference);
            if (!at) {
                return nullptr;
            }
        }
        return nullptr;
    }

    const Value *target(std::string_view reference) const
    {
        if (!reference.starts_with("#/")) {
            return nullptr;
        }
        const Value *at = &m_root;
        reference.remove_prefix(2);
        while (at && !reference.empty()) {
            const std::size_t slash = std::min(reference.find('/'), reference.size());
            at = memberOf(*at, reference.substr(0, slash));
            reference.remove_prefix(std::min(slash + 1, reference.size()));
        }
        return at;
    }

    void takeType(const Value &schema, Value &out) const
    {
        const Value *type = memberOf(schema, "type");
        if (!type) {
            if (objectOf(schema, "properties")) {
                out.add("type", Value::string("OBJECT"));
            }
            return;
        }
        std::string name = type->text();
        for (const Value &one : type->items()) { // ["string", "null"]
            if (one.text() == "null") {
                out.set("nullable", Value::boolean(true));
            } else if (name.empty()) {
                name = one.text();
            }
        }
        if (!name.empty()) {
            out.add("type", Value::string(capitals(name)));
        }
    }

    void take(const json::Member &member, int level, Value &out)
    {
        const auto &[name, value, line] = member;
        if (name == "properties" && value.is(Type::Object)) {
            Value properties = Value::object();
            for (const json::Member &property : value.members()) {
                properties.add(property.name, clean(property.value, level + 1));
            }
            out.set(name, std::move(properties));
        } else if (name == "items" && value.is(Type::Object)) {
            out.set(name, clean(value, level + 1));
        } else if (name == "enum" && value.is(Type::Array)) {
            takeEnum(value.items(), out);
        } else if (name == "const") {
            takeEnum({value}, out);
        } else if (name == "format") {
            if (std::ranges::find(kFormats, value.text()) != kFormats.end()) {
                out.set(name, value);
            }
        } else if (std::ranges::find(kKept, name) != kKept.end() && !value.is(Type::Null)) {
            out.set(name, value);
        }
    }

    /// Only texts can be enumerated.
    static void takeEnum(const std::vector<Value> &items, Value &out)
    {
        Value texts = Value::array();
        for (const Value &item : items) {
            if (item.is(Type::String)) {
                texts.append(item);
            } else if (item.is(Type::Null)) {
                out.set("nullable", Value::boolean(true));
            }
        }
        if (!texts.items().empty()) {
            out.set("type", Value::string("STRING"));
            out.set("enum", std::move(texts));
        }
    }

    void takeChoices(const Value &schema, int level, Value &out)
    {
        Value choices = Value::array();
        for (const char *name : {"anyOf", "oneOf"}) {
            for (const Value &item : neutral::itemsOf(schema, name)) {
                if (textOf(item, "type") == "null") {
                    out.set("nullable", Value::boolean(true));
                } else {
                    choices.append(clean(item, level + 1));
                }
            }
        }
        for (const Value &item : neutral::itemsOf(schema, "allOf")) {
            Value one = clean(item, level + 1);
            for (json::Member &member : one.members()) {
                if (!out.find(member.name)) {
                    out.add(std::move(member.name), std::move(member.value));
                }
            }
        }
        if (choices.items().size() == 1) { // "this or null"
            Value only = std::move(choices.items().front());
            for (json::Member &member : only.members()) {
                out.set(std::move(member.name), std::move(member.value));
            }
        } else if (!choices.items().empty()) {
            out.set("anyOf", std::move(choices));
        }
    }

    const Value &m_root;
    int m_nodes = 0;
};
} // namespace

Value openApiSchema(const Value &schema)
{
    return Cleaner(schema).clean(schema, 0);
}

} // namespace signalbox::gemini
