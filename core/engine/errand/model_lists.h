// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/foundation/http/message.h"
#include "core/request/provider/models/model_list.h"
#include "core/request/provider/preset.h"

namespace signalbox::errand {

/// A provider's list of models as it was fetched.
struct ModelList {
    std::string origin; ///< of which; another address makes it worthless
    base::WallTime at;
    std::vector<provider::ListedModel> models;
    bool operator==(const ModelList &) const = default;
};
using ModelLists = std::map<std::string, ModelList>; ///< by provider

constexpr base::Duration kListIsFresh = std::chrono::hours(24);
/// Whether it can be shown as it is. A clock that went back makes none fresh.
bool isFresh(const ModelList &list, std::string_view origin, base::WallTime now);

/// As a JSON document, kept in the profile's state.
std::string writeModelLists(const ModelLists &lists);
/// Corrupt: not such a document. What it names twice or not at all is left out.
base::Result<ModelLists> readModelLists(std::string_view text);
/// Empty where there is no such file, or none that can be read: lists can be fetched again.
ModelLists loadModelLists(const std::string &path);
base::Result<void> saveModelLists(const std::string &path, const ModelLists &lists);

/// Where servers on this machine listen if nobody has told them otherwise.
struct LocalPlace {
    http::Origin origin;
    std::string modelsPath;                           ///< the same for all of them
    std::vector<const provider::Preset *> candidates; ///< whose port it is
};
std::vector<LocalPlace> localPlaces(const provider::PresetList &presets);
/// The preset of the server that gave this list at the place, "openai-compatible" if it is none of those
/// expected there; empty: it gave none. A server that wants a key says so and lists nothing.
std::string localServerAt(const LocalPlace &place, int status, std::string_view body);

} // namespace signalbox::errand
