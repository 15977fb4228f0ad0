// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/dialect.h"
#include "core/foundation/base/error.h"

namespace signalbox::provider {

/// Where in a body something is: "reasoning.effort", "messages[].role".
struct BodyPath {
    struct Segment {
        std::string name;
        bool each = false; ///< every element of that array
    };
    std::string text;
    std::vector<Segment> segments;
};

struct ParameterEdit {
    enum class Kind : std::uint8_t { Drop, Rename, Clamp, Values };
    Kind kind = Kind::Drop;
    BodyPath path;
    std::string name;                          ///< Rename: the new one
    std::optional<double> min;                 ///< Clamp
    std::optional<double> max;                 ///< Clamp
    std::map<std::string, std::string> values; ///< Values: texts and what stands in their place
};

/// Something a body says: one of these values (compact JSON), or anything at all where there are none.
struct BodyCondition {
    BodyPath path;
    std::vector<std::string> values;
};

/// What has to be changed in a body, and for whom. One entry of resources/models/rules.json.
struct ParameterRule {
    std::vector<std::string> presets; ///< with `*`, after a `!` not these; empty: all
    std::vector<std::string> models;  ///< in the same way
    std::vector<base::Dialect> dialects;
    std::vector<BodyCondition> when;   ///< all of them
    std::vector<BodyCondition> unless; ///< none of them
    std::vector<ParameterEdit> edits;
    std::vector<std::string> keep;                        ///< other members of the body go; empty: none
    std::vector<std::pair<std::string, std::string>> set; ///< members that have to be there, as JSON
    std::vector<base::Dialect> only;                      ///< the model is reached in these alone
    bool quiet = false;                                   ///< nothing a client asked for is lost
};

/// The rules of one model at one provider, found once and used for each of its requests. Immutable.
struct ModelRules {
    std::vector<std::shared_ptr<const ParameterRule>> rules;

    /// Whether the model can be reached in this dialect with that request; `body` as it is in that dialect or
    /// another one: what counts are members of the same name.
    bool reachedIn(base::Dialect dialect, std::string_view body) const;
};

/// What providers and models refuse, as data (resources/models/rules.json; grammar: rules_file.cpp).
/// Immutable after reading; any thread.
class ParameterRules
{
public:
    static ParameterRules shipped();
    /// InvalidArgument: what is wrong, and in which line.
    static base::Result<ParameterRules> fromJson(std::string_view json);

    /// Null: nothing has to be changed. A model also fits without its vendor ("org/model") and whatever its
    /// case.
    std::shared_ptr<const ModelRules> rulesFor(std::string_view preset, std::string_view model) const;

private:
    std::vector<std::shared_ptr<const ParameterRule>> m_rules;
};

/// Whether patterns with `*` mean `name`: one of those without `!` if there are any, none of those with it.
bool isMeant(const std::vector<std::string> &patterns, std::string_view name);

} // namespace signalbox::provider
