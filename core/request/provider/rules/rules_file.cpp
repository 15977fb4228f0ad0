// SPDX-License-Identifier: GPL-3.0-or-later
//
//     {"rules": [RULE, …]}
//     RULE: {"why": text, "presets": [PATTERN, …], "models": [PATTERN, …], "dialects": [DIALECT, …],
//            "when": {PATH: true | [value, …]}, "unless": {PATH: true | [value, …]},
//            "drop": [PATH, …], "rename": {PATH: name}, "clamp": {PATH: [least or null, most or null]},
//            "values": {PATH: {text: text}}, "keep": [name, …], "set": {name: value},
//            "only": [DIALECT, …], "quiet": true}
//
// All rules that fit are applied, one after the other. A PATTERN may hold `*`; after a `!` it excludes.
#include <charconv>

#include <QFile>

#include "core/foundation/base/log.h"
#include "core/foundation/json/document.h"
#include "core/foundation/json/writer.h"
#include "core/request/provider/rules/parameter_rules.h"

// Q_INIT_RESOURCE has to stand outside of any namespace.
static void initialiseRuleResources()
{
    Q_INIT_RESOURCE(signalbox_rules);
}

namespace signalbox::provider {

namespace {
using json::Value;
using Type = Value::Type;

BodyPath pathOf(std::string_view text)
{
    BodyPath path{std::string(text), {}};
    while (!text.empty()) {
        const std::size_t dot = std::min(text.find('.'), text.size());
        std::string_view name = text.substr(0, dot);
        const bool each = name.ends_with("[]");
        name.remove_suffix(each ? 2 : 0);
        path.segments.push_back({std::string(name), each});
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return path;
}

std::optional<double> numberOf(const Value &value)
{
    double number = 0;
    const std::string &text = value.text();
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool sound = value.is(Type::Number) && problem == std::errc() && end == text.data() + text.size();
    return sound ? std::optional(number) : std::nullopt;
}

/// Reads one rule; false at the first member that is not as it has to be.
class RuleReader
{
public:
    explicit RuleReader(ParameterRule &rule) : m_rule(rule) {}

    bool read(const json::Member &member)
    {
        const Value &value = member.value;
        const std::string &name = member.name;
        if (name == "why") {
            return value.is(Type::String) && !value.text().empty();
        }
        if (name == "quiet") {
            m_rule.quiet = value.toBool();
            return value.is(Type::Bool);
        }
        if (name == "presets" || name == "models" || name == "keep") {
            return texts(value, name == "presets"  ? m_rule.presets
                                : name == "models" ? m_rule.models
                                                   : m_rule.keep);
        }
        if (name == "dialects" || name == "only") {
            return dialects(value, name == "only" ? m_rule.only : m_rule.dialects);
        }
        if (name == "when" || name == "unless") {
            return conditions(value, name == "when" ? m_rule.when : m_rule.unless);
        }
        if (name == "set") {
            for (const json::Member &one : value.members()) {
                m_rule.set.emplace_back(one.name, json::writeCompact(one.value));
            }
            return !m_rule.set.empty();
        }
        return edits(name, value);
    }

private:
    static bool texts(const Value &value, std::vector<std::string> &out)
    {
        for (const Value &one : value.items()) {
            out.push_back(one.text());
        }
        return !out.empty();
    }

    static bool dialects(const Value &value, std::vector<base::Dialect> &out)
    {
        for (const Value &one : value.items()) {
            const auto dialect = base::dialectFromText(one.text());
            if (!dialect) {
                return false;
            }
            out.push_back(*dialect);
        }
        return !out.empty();
    }

    static bool conditions(const Value &value, std::vector<BodyCondition> &out)
    {
        for (const json::Member &one : value.members()) {
            BodyCondition &condition = out.emplace_back(BodyCondition{pathOf(one.name), {}});
            for (const Value &item : one.value.items()) {
                condition.values.push_back(json::writeCompact(item));
            }
            if (condition.values.empty() && !one.value.toBool()) {
                return false;
            }
        }
        return !out.empty();
    }

    bool edits(std::string_view name, const Value &value)
    {
        const std::size_t before = m_rule.edits.size();
        if (name == "drop") {
            for (const Value &one : value.items()) {
                m_rule.edits.push_back({.kind = ParameterEdit::Kind::Drop, .path = pathOf(one.text())});
            }
        }
        for (const json::Member &one : value.members()) {
            ParameterEdit &edit = m_rule.edits.emplace_back();
            edit.path = pathOf(one.name);
            const bool sound = name == "rename"   ? rename(one.value, edit)
                               : name == "clamp"  ? clamp(one.value, edit)
                               : name == "values" ? values(one.value, edit)
                                                  : false;
            if (!sound) {
                return false;
            }
        }
        return m_rule.edits.size() > before;
    }

    static bool rename(const Value &value, ParameterEdit &edit)
    {
        edit.kind = ParameterEdit::Kind::Rename;
        edit.name = value.text();
        return !edit.name.empty();
    }

    static bool clamp(const Value &value, ParameterEdit &edit)
    {
        edit.kind = ParameterEdit::Kind::Clamp;
        if (value.items().size() != 2) {
            return false;
        }
        edit.min = numberOf(value.items()[0]);
        edit.max = numberOf(value.items()[1]);
        return edit.min || edit.max;
    }

    static bool values(const Value &value, ParameterEdit &edit)
    {
        edit.kind = ParameterEdit::Kind::Values;
        for (const json::Member &one : value.members()) {
            edit.values[one.name] = one.value.text();
        }
        return !edit.values.empty();
    }

    ParameterRule &m_rule;
};

auto bad(int line, const std::string &what)
{
    return base::fail(base::ErrorCode::InvalidArgument, "line " + std::to_string(line) + ": " + what);
}
} // namespace

base::Result<ParameterRules> ParameterRules::fromJson(std::string_view json)
{
    const auto document = json::parseDocument(json);
    if (!document) {
        return bad(document.error().line, document.error().message);
    }
    const Value *const list = document->root.find("rules");
    if (!list || !list->is(Type::Array)) {
        return bad(document->root.line, "it has no rules");
    }
    ParameterRules rules;
    for (const Value &one : list->items()) {
        auto rule = std::make_shared<ParameterRule>();
        RuleReader reader(*rule);
        for (const json::Member &member : one.members()) {
            if (!reader.read(member)) {
                return bad(member.line, "\"" + member.name + "\" is not known, or not such a value");
            }
        }
        if (!one.find("why") || rule->dialects.empty() == rule->only.empty()) {
            return bad(one.line, "a rule needs a reason and either its dialects or those that are left");
        }
        rules.m_rules.push_back(std::move(rule));
    }
    return rules;
}

ParameterRules ParameterRules::shipped()
{
    initialiseRuleResources();
    QFile file(QStringLiteral(":/signalbox/rules/rules.json"));
    file.open(QIODevice::ReadOnly);
    const QByteArray bytes = file.readAll();
    auto rules = fromJson({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    if (!rules) {
        base::logWarning("rules", "the shipped parameter rules cannot be used: " + rules.error().message);
        return {};
    }
    return *std::move(rules);
}

} // namespace signalbox::provider
