// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clients/edit/tree.h"
#include "core/foundation/json/splice.h"

namespace signalbox::edit {

/// A key of a mapping in block style, or an item of a sequence.
struct YamlEntry {
    std::string key;           ///< of mappings
    std::size_t begin = 0;     ///< of the key, or of the item's '-'
    std::size_t colon = 0;     ///< behind ':' or '-'
    std::size_t extentEnd = 0; ///< behind the line break of its last line
    json::Span value;          ///< on the key's line; empty if it stands below or there is none
    bool isItem = false;
};

/// The entries of one block: a mapping's keys or a sequence's items.
struct YamlBlock {
    std::size_t indent = 0;
    std::vector<YamlEntry> entries;
};

/// Where block-style YAML (yaml.org/spec/1.2, chapter 8) has its keys and items, told by indentation. The
/// text must be YAML; of flow style and of scalars over several lines only the extent is known.
class YamlBlocks
{
public:
    explicit YamlBlocks(std::string_view text);
    /// The outermost mapping.
    YamlBlock root() const;
    /// What stands below or behind an entry of `block`; no entries if that is no block.
    YamlBlock inside(const YamlBlock &block, const YamlEntry &entry);

private:
    YamlBlock blockAt(std::size_t from, std::size_t to, std::size_t indent) const;
    YamlEntry entryAt(std::size_t at, std::size_t lineStop) const;
    std::size_t indentOf(std::size_t line, std::size_t stop) const;
    bool saysNothing(std::size_t line, std::size_t stop) const;

    std::string m_text; ///< the '-' of items that were entered are blanks here, so that their keys line up
};

} // namespace signalbox::edit
