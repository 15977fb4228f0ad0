// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/foundation/config/schema_check.h"

#include <set>

#include <QRegularExpression>
#include <QString>

namespace signalbox::test {

namespace {
using json::Value;
using Type = Value::Type;

class SchemaCheck
{
public:
    explicit SchemaCheck(const Value &root) : m_root(root) {}

    std::string fault(const Value &schema, const Value &value, const std::string &path)
    {
        if (const Value *ref = schema.find("$ref")) {
            if (const std::string inside = fault(resolve(ref->text()), value, path); !inside.empty()) {
                return inside;
            }
        }
        for (const json::Member &rule : schema.members()) {
            if (const std::string found = word(schema, rule, value, path); !found.empty()) {
                return path + ": " + found;
            }
        }
        return members(schema, value, path);
    }

private:
    const Value &resolve(const std::string &ref) const
    {
        const std::string prefix = "#/$defs/";
        Q_ASSERT(ref.starts_with(prefix));
        const Value *target = m_root.find("$defs")->find(ref.substr(prefix.size()));
        Q_ASSERT(target);
        return *target;
    }

    static bool isType(const std::string &name, const Value &value)
    {
        return (name == "object" && value.is(Type::Object)) || (name == "array" && value.is(Type::Array))
               || (name == "string" && value.is(Type::String)) || (name == "boolean" && value.is(Type::Bool))
               || (name == "number" && value.is(Type::Number))
               || (name == "integer" && value.is(Type::Number)
                   && value.text().find_first_of(".eE") == std::string::npos);
    }

    static bool typeFits(const Value &types, const Value &value)
    {
        if (types.is(Type::String)) {
            return isType(types.text(), value);
        }
        return std::any_of(types.items().begin(), types.items().end(),
                           [&](const Value &type) { return isType(type.text(), value); });
    }

    static std::string bound(const json::Member &rule, const Value &value)
    {
        const double limit = std::stod(rule.value.text());
        const double length = value.is(Type::String)
                                  ? static_cast<double>(QString::fromStdString(value.text()).size())
                              : value.is(Type::Array)  ? static_cast<double>(value.items().size())
                              : value.is(Type::Object) ? static_cast<double>(value.members().size())
                              : value.is(Type::Number) ? std::stod(value.text())
                                                       : 0;
        const bool applies = (rule.name.ends_with("imum") && value.is(Type::Number))
                             || (rule.name.ends_with("Length") && value.is(Type::String))
                             || (rule.name == "minItems" && value.is(Type::Array))
                             || (rule.name == "minProperties" && value.is(Type::Object));
        const bool broken = applies && (rule.name.starts_with("min") ? length < limit : length > limit);
        return broken ? rule.name : std::string();
    }

    std::string word(const Value &schema, const json::Member &rule, const Value &value,
                     const std::string &path)
    {
        static const std::set<std::string> kElsewhere = {
            "$ref",          "$schema",          "$id",   "$defs",      "title",
            "description",   "default",          "items", "properties", "additionalProperties",
            "propertyNames", "patternProperties"};
        static const std::set<std::string> kBounds = {"minimum",   "maximum",  "minLength",
                                                      "maxLength", "minItems", "minProperties"};
        if (rule.name == "type") {
            return typeFits(rule.value, value) ? "" : "type";
        }
        if (kBounds.contains(rule.name)) {
            return bound(rule, value);
        }
        if (rule.name == "enum") {
            const auto &all = rule.value.items();
            return std::find(all.begin(), all.end(), value) != all.end() ? "" : "enum";
        }
        if (rule.name == "pattern") {
            const QRegularExpression pattern(QString::fromStdString(rule.value.text()));
            const bool fits =
                !value.is(Type::String) || pattern.match(QString::fromStdString(value.text())).hasMatch();
            return fits ? "" : "pattern";
        }
        if (rule.name == "required") {
            for (const Value &name : rule.value.items()) {
                if (value.is(Type::Object) && !value.find(name.text())) {
                    return "required " + name.text();
                }
            }
            return "";
        }
        if (rule.name == "oneOf") {
            const auto fits =
                std::count_if(rule.value.items().begin(), rule.value.items().end(),
                              [&](const Value &one) { return fault(one, value, path).empty(); });
            return fits == 1 ? "" : "oneOf";
        }
        Q_UNUSED(schema);
        return kElsewhere.contains(rule.name) ? "" : "unknown word of the schema: " + rule.name;
    }

    static const Value *byPattern(const Value &schema, const std::string &name)
    {
        const Value *patterns = schema.find("patternProperties");
        for (const json::Member &one : patterns ? patterns->members() : std::vector<json::Member>()) {
            if (QRegularExpression(QString::fromStdString(one.name))
                    .match(QString::fromStdString(name))
                    .hasMatch()) {
                return patterns->find(one.name);
            }
        }
        return nullptr;
    }

    std::string members(const Value &schema, const Value &value, const std::string &path)
    {
        if (const Value *items = schema.find("items"); items && value.is(Type::Array)) {
            for (const Value &item : value.items()) {
                if (const std::string found = fault(*items, item, path + "[]"); !found.empty()) {
                    return found;
                }
            }
        }
        for (const json::Member &member : value.members()) {
            const std::string inside = path + "." + member.name;
            if (const Value *names = schema.find("propertyNames")) {
                if (const std::string found = fault(*names, Value::string(member.name), inside);
                    !found.empty()) {
                    return found;
                }
            }
            const Value *properties = schema.find("properties");
            const Value *own = properties ? properties->find(member.name) : nullptr;
            own = own ? own : byPattern(schema, member.name);
            const Value *rest = schema.find("additionalProperties");
            if (!own && rest && rest->is(Type::Bool) && !rest->toBool()) {
                return inside + ": additionalProperties";
            }
            const Value *rule = own ? own : rest && rest->is(Type::Object) ? rest : nullptr;
            if (rule) {
                if (const std::string found = fault(*rule, member.value, inside); !found.empty()) {
                    return found;
                }
            }
        }
        return {};
    }

    const Value &m_root;
};
} // namespace

std::string schemaFault(const json::Value &schema, const json::Value &document)
{
    return SchemaCheck(schema).fault(schema, document, "");
}

} // namespace signalbox::test
