// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clients/edit/tree.h"
#include "core/foundation/json/splice.h"

namespace signalbox::edit {

enum class Format : std::uint8_t { Json, Toml, Yaml, Env }; ///< Json: with comments and trailing commas

/// "json", "toml", "yaml", "env"; nothing for other words.
std::optional<Format> formatFromText(std::string_view text);
std::string_view formatText(Format format);

/// Finds and changes single values in a text of one format and leaves every other byte as it is. Stateless,
/// pure. Errors name the line.
class Editor
{
public:
    virtual ~Editor() = default;

    /// What the text says. A text without anything in it is an empty object.
    virtual base::Result<json::Value> read(std::string_view text) const = 0;
    /// Where a value stands; nothing if it is not there. Unsupported: the way to it is written in a form that
    /// is not changed in place.
    virtual base::Result<std::optional<json::Span>> locate(std::string_view text, const Path &path) const = 0;
    /// A value as it is written in this format, on one line where the format allows.
    virtual std::string source(const json::Value &value) const = 0;
    /// The text with a value, and what is missing on the way to it, put in. It must not be there yet.
    virtual base::Result<std::string> insert(std::string_view text, const Path &path,
                                             const json::Value &value) const = 0;
    /// The text without a value, or without an empty container. It must be there.
    virtual base::Result<std::string> remove(std::string_view text, const Path &path) const = 0;
};

const Editor &editorFor(Format format);

// Each of these reads its result again and compares every other value with what it was: Unsupported, and
// nothing has happened, if anything else would change.
base::Result<std::string> set(const Editor &editor, std::string_view text, const Path &path,
                              const json::Value &value);
/// With the value's own text, as locate() found it once.
base::Result<std::string> setSource(const Editor &editor, std::string_view text, const Path &path,
                                    std::string_view source);
base::Result<std::string> remove(const Editor &editor, std::string_view text, const Path &path);

// For the editors.
std::string_view newlineOf(std::string_view text);            ///< "\r\n" if the first line ends so
std::size_t bomSize(std::string_view text);                   ///< 3, or 0
int lineOf(std::string_view text, std::size_t offset);        ///< counts from 1
std::size_t lineStart(std::string_view text, std::size_t at); ///< of the line `at` is in
std::size_t lineEnd(std::string_view text, std::size_t at);   ///< behind its line break
/// With a line break at its end, so that a line can follow.
std::string closedLine(std::string_view text);
std::unexpected<base::Error> notEditable(std::string_view text, std::size_t at, std::string_view what);

const Editor &jsonEditor();
const Editor &tomlEditor();
const Editor &yamlEditor();
const Editor &envEditor();

} // namespace signalbox::edit
