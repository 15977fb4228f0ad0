// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/condition.h"

#include <algorithm>
#include <array>
#include <span>

#include <QRegularExpression>

#include "core/foundation/config/reading.h"

// condition  = { member, … }: all of them hold
// member     = FIELD: value | FIELD: {OPERATOR: operand, …} | "$and": [condition, …] | "$or": [condition, …]
//            | "$not": condition
// OPERATOR   = $eq $ne $in $gt $gte $lt $lte $regex; the operand of $in is a list, a bare value means $eq
namespace signalbox::config {

namespace {
using Op = Condition::Op;
using Type = json::Value::Type;

enum class Kind : std::uint8_t { Text, Number, Flag, Level, Word, Time, Metadata };

struct FieldRule {
    std::string_view name;
    Kind kind;
    std::span<const std::string_view> words = {};
};

constexpr std::array<std::string_view, 4> kComplexity = {"simple", "standard", "complex", "reasoning"};
constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, 3> kNetwork = {"online", "metered", "offline"};
constexpr std::array<std::string_view, 3> kBudget = {"ok", "warned", "spent"};
constexpr std::array kFields = {FieldRule{"client", Kind::Text},
                                FieldRule{"model", Kind::Text},
                                FieldRule{"language", Kind::Text},
                                FieldRule{"promptTokens", Kind::Number},
                                FieldRule{"tools", Kind::Flag},
                                FieldRule{"images", Kind::Flag},
                                FieldRule{"jsonSchema", Kind::Flag},
                                FieldRule{"stream", Kind::Flag},
                                FieldRule{"private", Kind::Flag},
                                FieldRule{"complexity", Kind::Level, kComplexity},
                                FieldRule{"time", Kind::Time},
                                FieldRule{"weekday", Kind::Word, kWeekdays},
                                FieldRule{"network", Kind::Word, kNetwork},
                                FieldRule{"budget", Kind::Level, kBudget}};
constexpr std::string_view kMetadata = "metadata.";

constexpr std::array<std::pair<std::string_view, Op>, 8> kOperators = {{
    {"$eq", Op::Equal},
    {"$ne", Op::NotEqual},
    {"$in", Op::In},
    {"$gt", Op::Greater},
    {"$gte", Op::AtLeast},
    {"$lt", Op::Less},
    {"$lte", Op::AtMost},
    {"$regex", Op::Matches},
}};

bool isSize(Op op)
{
    return op == Op::Greater || op == Op::AtLeast || op == Op::Less || op == Op::AtMost;
}

bool takes(Kind kind, Op op)
{
    switch (kind) {
    case Kind::Text:
        return !isSize(op);
    case Kind::Flag:
        return op == Op::Equal || op == Op::NotEqual;
    case Kind::Word:
        return !isSize(op) && op != Op::Matches;
    case Kind::Number:
    case Kind::Level:
    case Kind::Time:
        return op != Op::Matches;
    case Kind::Metadata:
        return true;
    }
    return false;
}

std::string list(std::span<const std::string_view> words)
{
    std::string out;
    for (const std::string_view word : words) {
        out += (out.empty() ? "" : ", ") + std::string(word);
    }
    return out;
}

std::string operatorsOf(Kind kind)
{
    std::vector<std::string_view> names;
    for (const auto &[name, op] : kOperators) {
        if (takes(kind, op)) {
            names.push_back(name);
        }
    }
    return list(names);
}

bool isTime(const std::string &text)
{
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    return text.size() == 5 && digit(0) && digit(1) && text[2] == ':' && digit(3) && digit(4)
           && text.substr(0, 2) < "24" && text[3] < '6';
}

/// Reads one condition. Mistakes go to the reading that was given.
class ConditionReader
{
public:
    explicit ConditionReader(Reading &reading) : m_reading(reading) {}

    /// The parts that must all hold; flat.
    std::vector<Condition> parts(const json::Value &object)
    {
        std::vector<Condition> out;
        if (!m_reading.expect(object, Type::Object)) {
            return out;
        }
        for (const json::Member &member : object.members()) {
            const auto into = step(member.name);
            if (member.name == "$and") {
                for (std::vector<Condition> &one : each(member)) {
                    std::move(one.begin(), one.end(), std::back_inserter(out));
                }
            } else if (member.name == "$or") {
                Condition any{Op::Any, {}, {}, {}};
                for (std::vector<Condition> &one : each(member)) {
                    any.parts.push_back(joined(std::move(one)));
                }
                out.push_back(std::move(any));
            } else if (member.name == "$not") {
                out.push_back({Op::Not, {}, {}, {joined(parts(member.value))}});
            } else if (const auto rule = ruleOf(object, member)) {
                comparisons(*rule, member, out);
            }
        }
        return out;
    }

    static Condition joined(std::vector<Condition> parts)
    {
        if (parts.size() == 1) {
            return std::move(parts[0]);
        }
        return parts.empty() ? Condition{} : Condition{Op::All, {}, {}, std::move(parts)};
    }

private:
    Reading::Into step(std::string_view name)
    {
        return name.find('.') == std::string_view::npos ? Reading::Into(m_reading, name)
                                                        : Reading::Into::entry(m_reading, name);
    }

    std::vector<std::vector<Condition>> each(const json::Member &member)
    {
        std::vector<std::vector<Condition>> out;
        if (!m_reading.expect(member.value, Type::Array)) {
            return out;
        }
        if (member.value.items().empty()) {
            m_reading.wrong(member.line, "needs at least one condition");
        }
        for (std::size_t i = 0; i < member.value.items().size(); ++i) {
            const Reading::Into into(m_reading, i);
            out.push_back(parts(member.value.items()[i]));
        }
        return out;
    }

    std::optional<FieldRule> ruleOf(const json::Value &object, const json::Member &member)
    {
        const auto known = std::find_if(kFields.begin(), kFields.end(),
                                        [&](const FieldRule &rule) { return rule.name == member.name; });
        if (known != kFields.end()) {
            return *known;
        }
        if (member.name.starts_with(kMetadata) && member.name.size() > kMetadata.size()) {
            return FieldRule{member.name, Kind::Metadata};
        }
        std::vector<std::string_view> names = conditionFields();
        names.insert(names.end(), {"metadata.NAME", "$and", "$or", "$not"});
        const auto like = nearest(member.name, names);
        m_reading.wrong(member.line, like && !object.find(*like)
                                         ? "unknown field; did you mean '" + std::string(*like) + "'?"
                                         : "unknown field; known here: " + list(names));
        return std::nullopt;
    }

    void comparisons(const FieldRule &rule, const json::Member &member, std::vector<Condition> &out)
    {
        if (!member.value.is(Type::Object)) {
            if (member.value.is(Type::Array)) {
                m_reading.wrong(member.value.line, "must be one value; for one of several write "
                                                   "{\"$in\": [\"one\", \"other\"]}");
            } else if (auto one = value(rule, Op::Equal, member.value)) {
                out.push_back({Op::Equal, member.name, {*std::move(one)}, {}});
            }
            return;
        }
        if (member.value.members().empty()) {
            m_reading.wrong(member.line, "asks for nothing; it takes a value or " + operatorsOf(rule.kind));
        }
        const std::size_t first = out.size();
        for (const json::Member &one : member.value.members()) {
            const Reading::Into into(m_reading, one.name);
            const auto op = std::find_if(kOperators.begin(), kOperators.end(),
                                         [&](const auto &known) { return known.first == one.name; });
            if (op == kOperators.end() || !takes(rule.kind, op->second)) {
                m_reading.wrong(one.line, "is no comparison for this field; it takes "
                                              + operatorsOf(rule.kind)
                                              + (one.name == "$not" || one.name == "$or" || one.name == "$and"
                                                     ? " (" + one.name + " stands around whole conditions)"
                                                     : ""));
            } else if (auto values = operands(rule, op->second, one.value); !values.empty()) {
                out.push_back({op->second, member.name, std::move(values), {}});
            }
        }
        warnOfMidnight(rule, member, {out.begin() + static_cast<std::ptrdiff_t>(first), out.end()});
    }

    std::vector<std::string> operands(const FieldRule &rule, Op op, const json::Value &operand)
    {
        std::vector<std::string> out;
        if (op != Op::In) {
            if (auto one = value(rule, op, operand)) {
                out.push_back(*std::move(one));
            }
        } else if (m_reading.expect(operand, Type::Array)) {
            if (operand.items().empty()) {
                m_reading.wrong(operand.line, "needs at least one value");
            }
            for (std::size_t i = 0; i < operand.items().size(); ++i) {
                const Reading::Into into(m_reading, i);
                if (auto one = value(rule, op, operand.items()[i])) {
                    out.push_back(*std::move(one));
                }
            }
        }
        return out;
    }

    std::optional<std::string> value(const FieldRule &rule, Op op, const json::Value &from)
    {
        switch (op == Op::Matches ? Kind::Text : rule.kind) {
        case Kind::Number: {
            const auto number =
                m_reading.integer(from, {.name = rule.name, .min = 0, .max = 1'000'000'000'000});
            return number ? std::optional(std::to_string(*number)) : std::nullopt;
        }
        case Kind::Flag: {
            const auto flag = m_reading.flag(from);
            return flag ? std::optional<std::string>(*flag ? "true" : "false") : std::nullopt;
        }
        case Kind::Metadata:
            if (from.is(Type::Number)) {
                return from.text();
            }
            if (from.is(Type::Bool)) {
                return from.toBool() ? "true" : "false";
            }
            return m_reading.text(from, {});
        case Kind::Text:
        case Kind::Level:
        case Kind::Word:
        case Kind::Time:
            break;
        }
        const auto text = m_reading.text(from, {});
        return text && isSound(rule, op, *text, from.line) ? text : std::nullopt;
    }

    bool isSound(const FieldRule &rule, Op op, const std::string &text, int line)
    {
        if (text.empty()) {
            m_reading.wrong(line, "must not be empty");
            return false;
        }
        if (op == Op::Matches) {
            const QRegularExpression pattern(QString::fromStdString(text));
            if (!pattern.isValid()) {
                m_reading.wrong(line, "is not a regular expression: " + pattern.errorString().toStdString()
                                          + ", at character "
                                          + std::to_string(pattern.patternErrorOffset() + 1));
            }
            return pattern.isValid();
        }
        if (rule.kind == Kind::Time && !isTime(text)) {
            m_reading.wrong(line, "must be a time of day from \"00:00\" to \"23:59\"");
            return false;
        }
        const auto &words = rule.words;
        if (!words.empty() && std::find(words.begin(), words.end(), text) == words.end()) {
            const auto like = nearest(text, {words.begin(), words.end()});
            m_reading.wrong(line, "'" + text + "' is none of " + list(words)
                                      + (like ? "; did you mean '" + std::string(*like) + "'?" : ""));
            return false;
        }
        return true;
    }

    /// From 22:00 until before 06:00 never holds for one time of day.
    void warnOfMidnight(const FieldRule &rule, const json::Member &member,
                        const std::vector<Condition> &compared)
    {
        std::string from;
        std::string until = "24:00";
        for (const Condition &one : compared) {
            if (one.op == Op::Greater || one.op == Op::AtLeast) {
                from = std::max(from, one.values[0]);
            } else if (one.op == Op::Less || one.op == Op::AtMost) {
                until = std::min(until, one.values[0]);
            }
        }
        if (rule.kind == Kind::Time && from > until) {
            m_reading.mistakes.push_back({member.line, m_reading.path(),
                                          "never holds; for a span over midnight write {\"$or\": [{\"time\": "
                                          "{\"$gte\": \""
                                              + from + "\"}}, {\"time\": {\"$lt\": \"" + until + "\"}}]}",
                                          true});
        }
    }

    Reading &m_reading;
};

json::Value writeOne(const std::string &field, const std::string &value)
{
    const auto rule = std::find_if(kFields.begin(), kFields.end(),
                                   [&](const FieldRule &known) { return known.name == field; });
    if (rule != kFields.end() && rule->kind == Kind::Flag && (value == "true" || value == "false")) {
        return json::Value::boolean(value == "true");
    }
    const bool digits = !value.empty() && value.size() < 16 && (value[0] != '0' || value.size() == 1)
                        && value.find_first_not_of("0123456789") == std::string::npos;
    return rule != kFields.end() && rule->kind == Kind::Number && digits ? json::Value::number(value)
                                                                         : json::Value::string(value);
}

json::Value operand(const Condition &one)
{
    if (one.op != Op::In) {
        return writeOne(one.field, one.values.empty() ? std::string() : one.values[0]);
    }
    json::Value out = json::Value::array();
    for (const std::string &value : one.values) {
        out.append(writeOne(one.field, value));
    }
    return out;
}

json::Value each(const std::vector<Condition> &parts)
{
    json::Value out = json::Value::array();
    for (const Condition &part : parts) {
        out.append(writeCondition(part));
    }
    return out;
}

/// Adds one part to an object whose members all hold; false if its place is taken, or would change the order.
bool addPart(json::Value &object, const Condition &part)
{
    if (part.op == Op::Any || part.op == Op::Not) {
        const std::string name = part.op == Op::Any ? "$or" : "$not";
        const bool free = !object.find(name);
        if (free) {
            object.add(name, part.op == Op::Any   ? each(part.parts)
                             : part.parts.empty() ? json::Value::object()
                                                  : writeCondition(part.parts[0]));
        }
        return free;
    }
    const auto op = std::find_if(kOperators.begin(), kOperators.end(),
                                 [&](const auto &known) { return known.second == part.op; });
    if (op == kOperators.end()) { // an All inside an All, which reading never gives
        return part.op == Op::Always;
    }
    const bool last = !object.members().empty() && object.members().back().name == part.field;
    if (!last && object.find(part.field)) {
        return false;
    }
    if (!last) {
        object.add(part.field, json::Value::object());
    }
    json::Value &operators = object.members().back().value;
    if (operators.find(op->first)) {
        return false;
    }
    operators.add(std::string(op->first), operand(part));
    return true;
}

/// {"$eq": x} alone is written as x.
void shorten(json::Value &object)
{
    for (json::Member &member : object.members()) {
        auto &inside = member.value.members();
        if (!member.name.starts_with('$') && inside.size() == 1 && inside[0].name == "$eq") {
            json::Value plain = std::move(inside[0].value);
            member.value = std::move(plain);
        }
    }
}
} // namespace

std::vector<std::string_view> conditionFields()
{
    std::vector<std::string_view> out;
    for (const FieldRule &rule : kFields) {
        out.push_back(rule.name);
    }
    return out;
}

std::optional<Condition> readCondition(Reading &reading, const json::Value &value)
{
    const auto errors = [&] {
        return std::count_if(reading.mistakes.begin(), reading.mistakes.end(),
                             [](const Mistake &m) { return !m.warning; });
    };
    const auto before = errors();
    Condition out = ConditionReader::joined(ConditionReader(reading).parts(value));
    return errors() == before ? std::optional(std::move(out)) : std::nullopt;
}

json::Value writeCondition(const Condition &condition)
{
    const std::vector<Condition> parts =
        condition.op == Op::All ? condition.parts : std::vector<Condition>{condition};
    std::vector<json::Value> objects = {json::Value::object()};
    for (const Condition &part : parts) {
        if (part.op == Op::All) {
            objects.push_back(writeCondition(part));
            objects.push_back(json::Value::object());
        } else if (!addPart(objects.back(), part)) {
            objects.push_back(json::Value::object());
            addPart(objects.back(), part);
        }
    }
    std::erase_if(objects, [](const json::Value &one) { return one.members().empty(); });
    std::for_each(objects.begin(), objects.end(), shorten);
    if (objects.size() < 2) {
        return objects.empty() ? json::Value::object() : std::move(objects[0]);
    }
    return json::Value::object().add("$and", json::Value::array(std::move(objects)));
}

} // namespace signalbox::config
