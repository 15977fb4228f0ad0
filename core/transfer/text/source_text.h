// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/foundation/base/error.h"
#include "core/foundation/json/value.h"

// Texts that others wrote, as trees. Each function gives an error with a line for what it cannot read, and
// lets no exception out, whatever the text. Messages never quote the text: keys stand in it.
namespace signalbox::transfer {

constexpr std::size_t kMaxSourceBytes = std::size_t{8} * 1024 * 1024;

/// At most kMaxSourceBytes, UTF-8 without NUL; says what is wrong otherwise.
base::Result<void> checkSource(std::string_view text);

/// JSON, with the comments and trailing commas that many programs allow.
base::Result<json::Value> readJson(std::string_view text);
/// One YAML document. Anchors are followed as far as the tree stays small; plain words become null, booleans
/// and numbers as YAML's core schema says, and names are texts.
base::Result<json::Value> readYaml(std::string_view text);
/// TOML 1.0. Dates become texts.
base::Result<json::Value> readToml(std::string_view text);

/// `text` with comments and trailing commas of JSON blanked out, all else in its place.
std::string withoutComments(std::string_view text);

} // namespace signalbox::transfer
