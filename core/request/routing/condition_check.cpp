// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/condition_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include <QString>

#include "core/foundation/base/wildcard.h"
#include "core/request/routing/complexity.h"
#include "core/request/routing/signs/bounded_regex.h"

namespace signalbox::routing {

namespace {
using config::Condition;
using Op = Condition::Op;
using signs::BoundedRegex;

constexpr std::string_view kMetadata = "metadata.";
constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// One side of a comparison. A field that has an order of its own is compared by `number`.
struct Operand {
    std::string text;
    std::optional<double> number;
};

enum class Kind : std::uint8_t { Text, Wildcard, Number, Flag, Time, Weekday, Complexity, Budget, Metadata };

/// What a request says of a field; absent: no value.
struct Field {
    Kind kind = Kind::Text;
    std::optional<Operand> value;
};

std::optional<double> number(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// "HH:MM" as minutes of the day.
std::optional<double> minutes(std::string_view text)
{
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
        return std::nullopt;
    }
    const int hours = (text[0] - '0') * 10 + text[1] - '0';
    const int rest = (text[3] - '0') * 10 + text[4] - '0';
    return hours < 24 && rest < 60 ? std::optional<double>(hours * 60 + rest) : std::nullopt;
}

template<typename List>
std::optional<double> place(const List &names, std::string_view name)
{
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<double>(found - std::begin(names)));
}

std::optional<double> level(std::string_view name)
{
    constexpr std::array kLevels{Complexity::Simple, Complexity::Standard, Complexity::Complex,
                                 Complexity::Reasoning};
    for (const Complexity one : kLevels) {
        if (toText(one) == name) {
            return static_cast<double>(one);
        }
    }
    return std::nullopt;
}

std::optional<double> budgetState(std::string_view name)
{
    using config::BudgetState;
    for (const BudgetState one : {BudgetState::Ok, BudgetState::Warned, BudgetState::Spent}) {
        if (toText(one) == name) {
            return static_cast<double>(one);
        }
    }
    return std::nullopt;
}

/// A value of the condition as its field takes it; none: the field cannot have such a value.
std::optional<Operand> read(Kind kind, const std::string &text)
{
    Operand operand{text, std::nullopt};
    switch (kind) {
    case Kind::Text:
    case Kind::Wildcard:
        return operand;
    case Kind::Flag:
        return text == "true" || text == "false" ? std::optional(operand) : std::nullopt;
    case Kind::Metadata:
        operand.number = number(text);
        return operand;
    case Kind::Number:
        operand.number = number(text);
        break;
    case Kind::Time:
        operand.number = minutes(text);
        break;
    case Kind::Weekday:
        operand.number = place(kWeekdays, text);
        break;
    case Kind::Complexity:
        operand.number = level(text);
        break;
    case Kind::Budget:
        operand.number = budgetState(text);
        break;
    }
    return operand.number ? std::optional(operand) : std::nullopt;
}

Field text(Kind kind, const std::string &value)
{
    return {kind, value.empty() ? std::nullopt : std::optional(Operand{value, std::nullopt})};
}

Field flag(bool value)
{
    return {Kind::Flag, Operand{value ? "true" : "false", std::nullopt}};
}

Field ordered(Kind kind, std::string_view value, double number)
{
    return {kind, Operand{std::string(value), number}};
}

std::string_view networkText(Network network)
{
    switch (network) {
    case Network::Online:
        return "online";
    case Network::Metered:
        return "metered";
    case Network::Offline:
        return "offline";
    }
    return {};
}

Field budget(const Facts &facts, const Place &place)
{
    const auto covers = [](const std::string &name, std::string_view here) {
        return name.empty() || name == here;
    };
    auto furthest = config::BudgetState::Ok;
    for (const BudgetFact &one : facts.budgets) {
        if (covers(one.chain, place.chain) && covers(one.provider, place.provider)
            && covers(one.model, place.model)) {
            furthest = std::max(furthest, one.state);
        }
    }
    return ordered(Kind::Budget, toText(furthest), static_cast<double>(furthest));
}

Field metadata(const Facts &facts, std::string_view name)
{
    const auto found = facts.metadata.find(std::string(name));
    if (found == facts.metadata.end()) {
        return {Kind::Metadata, std::nullopt};
    }
    return {Kind::Metadata, Operand{found->second, number(found->second)}};
}

Field shape(const dialect::RequestTraits &traits, std::string_view name)
{
    if (name == "promptTokens") {
        return ordered(Kind::Number, std::to_string(traits.promptTokens),
                       static_cast<double>(traits.promptTokens));
    }
    if (name == "tools") {
        return flag(traits.tools);
    }
    if (name == "images") {
        return flag(traits.images);
    }
    return name == "jsonSchema" ? flag(traits.jsonSchema) : Field{};
}

Field fieldOf(const Facts &facts, const Place &place, std::string_view name)
{
    if (name == "client") {
        return text(Kind::Wildcard, facts.client);
    }
    if (name == "model") {
        return text(Kind::Wildcard, facts.model);
    }
    if (name == "language") {
        return text(Kind::Wildcard, facts.language);
    }
    if (name == "stream") {
        return flag(facts.stream);
    }
    if (name == "private") {
        return flag(facts.isPrivate);
    }
    if (name == "complexity") {
        return ordered(Kind::Complexity, toText(facts.complexity), static_cast<double>(facts.complexity));
    }
    if (name == "time") {
        return ordered(Kind::Time, {}, facts.minuteOfDay);
    }
    if (name == "weekday") {
        return ordered(Kind::Weekday, facts.weekday >= 0 && facts.weekday < 7 ? kWeekdays[facts.weekday] : "",
                       facts.weekday);
    }
    if (name == "network") {
        return text(Kind::Text, std::string(networkText(facts.network)));
    }
    if (name == "budget") {
        return budget(facts, place);
    }
    return name.starts_with(kMetadata) ? metadata(facts, name.substr(kMetadata.size()))
                                       : shape(facts.traits, name);
}

bool equals(Kind kind, const Operand &asked, const Operand &given)
{
    if (kind == Kind::Wildcard) {
        return base::matchesWildcard(asked.text, given.text);
    }
    return asked.number && given.number ? *asked.number == *given.number : asked.text == given.text;
}

bool equalsAny(const Condition &condition, const Field &field)
{
    return std::ranges::any_of(condition.values, [&](const std::string &value) {
        const auto asked = read(field.kind, value);
        return asked && equals(field.kind, *asked, *field.value);
    });
}

/// Below 0, 0, above 0; none: the two have no order.
std::optional<int> compare(const Condition &condition, const Field &field)
{
    const auto asked = condition.values.empty() ? std::nullopt : read(field.kind, condition.values.front());
    if (!asked) {
        return std::nullopt;
    }
    if (asked->number && field.value->number) {
        return *field.value->number < *asked->number ? -1 : *field.value->number > *asked->number;
    }
    return field.kind == Kind::Metadata ? std::optional(field.value->text.compare(asked->text))
                                        : std::nullopt;
}

bool matches(const Condition &condition, const Field &field)
{
    if (condition.values.empty()) {
        return false;
    }
    const BoundedRegex pattern(condition.values.front());
    const QString text =
        QString::fromStdString(field.value->text.substr(0, 4 * BoundedRegex::kMostCharacters));
    return pattern.isValid()
           && pattern.find(QStringView(text).left(BoundedRegex::kMostCharacters)) == BoundedRegex::Found::Yes;
}

bool compares(const Condition &condition, const Facts &facts, const Place &place)
{
    const Field field = fieldOf(facts, place, condition.field);
    if (!field.value) {
        return condition.op == Op::NotEqual;
    }
    switch (condition.op) {
    case Op::Equal:
    case Op::In:
        return equalsAny(condition, field);
    case Op::NotEqual:
        return !equalsAny(condition, field);
    case Op::Greater:
        return compare(condition, field).value_or(0) > 0;
    case Op::AtLeast:
        return compare(condition, field).value_or(-1) >= 0;
    case Op::Less:
        return compare(condition, field).value_or(0) < 0;
    case Op::AtMost:
        return compare(condition, field).value_or(1) <= 0;
    case Op::Matches:
        return matches(condition, field);
    case Op::Always:
    case Op::All:
    case Op::Any:
    case Op::Not:
        break;
    }
    return false;
}

} // namespace

bool holds(const Condition &condition, const Facts &facts, const Place &place)
{
    const auto part = [&](const Condition &one) { return holds(one, facts, place); };
    switch (condition.op) {
    case Op::Always:
        return true;
    case Op::All:
        return std::ranges::all_of(condition.parts, part);
    case Op::Any:
        return std::ranges::any_of(condition.parts, part);
    case Op::Not:
        return !condition.parts.empty() && !part(condition.parts.front());
    default:
        return compares(condition, facts, place);
    }
}

bool mentions(const Condition &condition, std::string_view field)
{
    switch (condition.op) {
    case Op::Always:
        return false;
    case Op::All:
    case Op::Any:
    case Op::Not:
        return std::ranges::any_of(condition.parts,
                                   [&](const Condition &part) { return mentions(part, field); });
    default:
        return condition.field == field;
    }
}

bool needsTraits(const Condition &condition)
{
    constexpr std::array<std::string_view, 6> kFields{"promptTokens", "tools",      "images",
                                                      "jsonSchema",   "complexity", "language"};
    return std::ranges::any_of(kFields, [&](std::string_view field) { return mentions(condition, field); });
}

bool needsFacts(const config::ChainConfig &chain)
{
    return chain.strategy == config::Strategy::Cheapest || chain.policy.maxCost || chain.policy.sticky.enabled
           || chain.policy.contextFit == config::ContextFit::Fit
           || std::ranges::any_of(chain.steps, [](const config::StepConfig &step) {
                  return step.maxCost || !(step.traits == config::ModelTraits()) || needsTraits(step.when);
              });
}

bool needsFacts(const config::Config &config)
{
    const config::PrivacyConfig &privacy = config.privacy;
    return privacy.keys || privacy.emails || privacy.cards || !privacy.patterns.empty()
           || std::ranges::any_of(config.rules, [](const config::RuleConfig &rule) {
                  return rule.enabled && needsTraits(rule.when);
              });
}

} // namespace signalbox::routing
