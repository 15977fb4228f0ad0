// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/request/chain/setup.h"

namespace signalbox::intake {

/// A name that clients may ask for, and what is to be had under it: of several steps the best that any of
/// them offers, since a step that cannot take a request is passed over.
struct ListedModel {
    std::string id;
    std::int64_t contextTokens = 0; ///< 0: not known
    std::int64_t maxOutput = 0;     ///< 0: not known
    bool tools = false;
    bool images = false;
};

/// Who reads the list: they all ask at the same place and want another shape.
enum class ListReader : std::uint8_t { OpenAi, Anthropic, Codex };

/// By the request: an `anthropic-version` field, or `client_version` in the query.
ListReader listReader(const http::RequestHead &head);

/// Chains and those of their aliases that name one model, in the order of the configuration.
std::vector<ListedModel> listedModels(const chain::Setup &setup);

/// Anthropic's clients only show names that begin with "claude" or "anthropic": others get "claude-" put in
/// front, which routing takes off again.
std::string modelListJson(const std::vector<ListedModel> &models, ListReader reader);
std::string modelJson(const ListedModel &model, ListReader reader);

/// Null: there is none of that name.
const ListedModel *findListed(const std::vector<ListedModel> &models, std::string_view id, ListReader reader);

} // namespace signalbox::intake
