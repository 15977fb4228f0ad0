// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/foundation/config/random_condition.h"

#include <algorithm>

#include "core/foundation/config/reading.h"

namespace signalbox::test {

namespace {
using json::Value;
using Texts = std::vector<std::string>;

std::string pick(base::Random &random, const Texts &from)
{
    return from[random.next() % from.size()];
}

Value literal(base::Random &random, const std::string &field)
{
    if (field == "promptTokens") {
        return Value::integer(static_cast<std::int64_t>(random.next() % 5) * 4000);
    }
    if (field == "tools" || field == "images" || field == "jsonSchema" || field == "stream"
        || field == "private") {
        return Value::boolean(random.next() % 2 == 0);
    }
    if (field == "complexity") {
        return Value::string(pick(random, {"simple", "standard", "complex", "reasoning"}));
    }
    if (field == "budget") {
        return Value::string(pick(random, {"ok", "warned", "spent"}));
    }
    if (field == "weekday") {
        return Value::string(pick(random, {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}));
    }
    if (field == "network") {
        return Value::string(pick(random, {"online", "metered", "offline"}));
    }
    if (field == "time") {
        return Value::string(pick(random, {"00:00", "08:30", "19:59", "23:59"}));
    }
    if (field.starts_with("metadata.") && random.next() % 2 == 0) {
        return random.next() % 2 == 0 ? Value::number("1.50") : Value::boolean(true);
    }
    return Value::string(pick(random, {"gpt-5*", "5", "true", "größer", "a \"b\" \\", "$eq"}));
}

Texts operatorsOf(const std::string &field)
{
    if (const Texts flags = {"tools", "images", "jsonSchema", "stream", "private"};
        std::ranges::find(flags, field) != flags.end()) {
        return {"$eq", "$ne"};
    }
    if (field == "weekday" || field == "network") {
        return {"$eq", "$ne", "$in"};
    }
    if (field == "client" || field == "model" || field == "language") {
        return {"$eq", "$ne", "$in", "$regex"};
    }
    Texts out = {"$eq", "$ne", "$in", "$gt", "$gte", "$lt", "$lte"};
    if (field.starts_with("metadata.")) {
        out.emplace_back("$regex");
    }
    return out;
}

Value operand(base::Random &random, const std::string &field, const std::string &op)
{
    if (op == "$regex") {
        return Value::string(pick(random, {"^gpt-[0-9]+", "(?i)ja|nein", R"(\\d{2})"}));
    }
    if (op != "$in") {
        return literal(random, field);
    }
    Value out = Value::array();
    for (std::uint64_t i = 1 + random.next() % 3; i > 0; --i) {
        out.append(literal(random, field));
    }
    return out;
}

Value comparison(base::Random &random, const std::string &field)
{
    if (random.next() % 2 == 0) {
        return literal(random, field);
    }
    Value out = Value::object();
    for (std::uint64_t i = 1 + random.next() % 3; i > 0; --i) {
        const std::string op = pick(random, operatorsOf(field));
        if (!out.find(op)) {
            out.add(op, operand(random, field, op));
        }
    }
    return out;
}
} // namespace

Value randomConditionDocument(base::Random &random, int depth)
{
    static const Texts kFields = [] {
        Texts out = {"metadata.team", "metadata.a.b \"c\""};
        for (const std::string_view name : config::conditionFields()) {
            out.emplace_back(name);
        }
        return out;
    }();
    Value out = Value::object();
    for (std::uint64_t i = random.next() % 4; i > 0; --i) {
        const bool nested = depth > 0 && random.next() % 2 == 0;
        const std::string name = pick(random, nested ? Texts{"$and", "$or", "$not"} : kFields);
        if (out.find(name)) {
            continue;
        }
        if (!nested) {
            out.add(name, comparison(random, name));
        } else if (name == "$not") {
            out.add(name, randomConditionDocument(random, depth - 1));
        } else {
            Value parts = Value::array();
            for (std::uint64_t j = 1 + random.next() % 3; j > 0; --j) {
                parts.append(randomConditionDocument(random, depth - 1));
            }
            out.add(name, std::move(parts));
        }
    }
    return out;
}

config::Condition randomCondition(base::Random &random)
{
    config::Reading reading;
    return config::readCondition(reading, randomConditionDocument(random)).value();
}

} // namespace signalbox::test
