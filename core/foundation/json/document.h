// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/json/value.h"

namespace signalbox::json {

constexpr int kMaxDocumentDepth = 64;
constexpr std::size_t kMaxDocumentBytes = std::size_t{16} * 1024 * 1024;

/// Where and why a text is not the JSON asked for. Line and column count from 1, the column in bytes.
struct SyntaxError {
    int line = 1;
    int column = 1;
    std::string message;
};

/// A name that occurs twice in one object: parsers disagree about which one counts.
struct Duplicate {
    std::string path; ///< "chains[0].id"
    int line = 0;     ///< of the later one
    int firstLine = 0;
};

/// A file of ours, read whole: for configuration, presets and price tables, where a person has to be told the
/// line of a mistake. Not for requests (scan.h and simdjson read those in place).
struct Document {
    Value root; ///< an object or an array
    std::vector<Duplicate> duplicates;
};

/// Strict JSON (RFC 8259), a leading byte order mark forgiven, at most 64 levels deep.
std::expected<Document, SyntaxError> parseDocument(std::string_view text);

} // namespace signalbox::json
