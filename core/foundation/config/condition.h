// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::json {
class Value;
}

namespace signalbox::config {

/// What must hold for a rule or a step, as a tree of comparisons. In the document an object: every member has
/// to hold, `{"tools": true, "promptTokens": {"$gt": 8000}, "$or": [{…}, {…}]}`.
///
/// Fields: client, model, language (texts; $eq and $in also with `*`), promptTokens (number), tools, images,
/// jsonSchema, stream, private (flags), complexity (simple < standard < complex < reasoning), time ("HH:MM",
/// local), weekday (mon … sun), network (online, metered, offline), budget (ok < warned < spent: the furthest
/// of the budgets that cover the request; warned from 80 %, spent from 100 % on), metadata.NAME (text, or
/// number where both sides are). What a request does not say compares as absent: only $ne holds.
///
/// Which budgets cover it: in a rule those of everything and of its client, for nothing else is known yet; on
/// a step also those of its chain, provider and model. None: ok. Costs that are not known count in none.
struct Condition {
    enum class Op : std::uint8_t {
        Always, ///< nothing is asked for
        All,
        Any,
        Not, ///< of its one part
        Equal,
        NotEqual,
        In,
        Greater,
        AtLeast,
        Less,
        AtMost,
        Matches, ///< a regular expression, found anywhere
    };
    Op op = Op::Always;
    std::string field;               ///< of a comparison
    std::vector<std::string> values; ///< one, or the set of In; flags are "true" and "false"
    std::vector<Condition> parts;    ///< of All, Any, Not
    bool operator==(const Condition &) const = default;
};

class Reading;

/// What the document says, in one form for each meaning: an All is never inside an All, never empty and never
/// of one part. Nothing, and mistakes, if any of it is wrong.
std::optional<Condition> readCondition(Reading &reading, const json::Value &value);
/// Reads back as the same value if it is of the form that reading gives.
json::Value writeCondition(const Condition &condition);
/// The fields conditions know, without metadata.NAME.
std::vector<std::string_view> conditionFields();

} // namespace signalbox::config
