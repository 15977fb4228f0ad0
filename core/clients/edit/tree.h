// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/foundation/json/value.h"

// What a settings file says as one tree, whatever its format, and how a place in it is named.
namespace signalbox::edit {

/// One step into a tree: a member of an object, or the element of a list that is told by one of its members.
struct Step {
    std::string name; ///< the member; with `by`: what the element's member `by` says
    std::string by;
    bool operator==(const Step &) const = default;
    auto operator<=>(const Step &) const = default;
};
using Path = std::vector<Step>;

/// "env.ANTHROPIC_BASE_URL", "models[name=Signalbox].apiBase": for people.
std::string pathText(const Path &path);
/// ["env", "ANTHROPIC_BASE_URL"], ["models", ["name", "Signalbox"], "apiBase"], and back.
json::Value pathToJson(const Path &path);
base::Result<Path> pathFromJson(const json::Value &value);

/// Null if it is not there. Of equal names the last counts.
const json::Value *find(const json::Value &root, const Path &path);
/// Makes what is missing on the way. False, and the tree is in no defined state, if something on the way is
/// neither object nor list, as the step needs it.
bool put(json::Value &root, const Path &path, json::Value value);
/// Takes out what is at `path`; false if nothing is.
bool drop(json::Value &root, const Path &path);

/// The same but for the order of members.
bool same(const json::Value &a, const json::Value &b);
/// Nothing in it; of a list's element nothing but the member it is told by.
bool isEmptyContainer(const json::Value &value, const Step &step);

} // namespace signalbox::edit
