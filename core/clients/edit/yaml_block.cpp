// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/edit/yaml_block.h"

#include <algorithm>

#include "core/clients/edit/editor.h"
#include "core/foundation/json/scan.h"

namespace signalbox::edit {

namespace {
constexpr std::string_view kBlanks = " \t\r\n";

std::size_t closingQuote(std::string_view text, std::size_t at)
{
    const char quote = text[at];
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '\'' && i + 1 < text.size() && text[i + 1] == '\'') {
                ++i;
                continue;
            }
            return i + 1;
        }
    }
    return text.size();
}

/// Of a value that begins at `at`, as far as it goes on this line.
std::size_t valueEnd(std::string_view text, std::size_t at, std::size_t stop)
{
    std::size_t end = stop;
    if (text[at] == '"' || text[at] == '\'') {
        end = std::min(closingQuote(text, at), stop);
    } else if (const std::size_t comment = text.substr(at, stop - at).find(" #");
               comment != std::string_view::npos) {
        end = at + comment;
    }
    while (end > at && kBlanks.find(text[end - 1]) != std::string_view::npos) {
        --end;
    }
    return end;
}
} // namespace

YamlBlocks::YamlBlocks(std::string_view text) : m_text(text) {}

std::size_t YamlBlocks::indentOf(std::size_t line, std::size_t stop) const
{
    std::size_t at = line;
    while (at < stop && m_text[at] == ' ') {
        ++at;
    }
    return at - line;
}

bool YamlBlocks::saysNothing(std::size_t line, std::size_t stop) const
{
    const std::size_t at = m_text.find_first_not_of(kBlanks, line);
    return at >= stop || m_text[at] == '#';
}

YamlEntry YamlBlocks::entryAt(std::size_t at, std::size_t lineStop) const
{
    const std::string_view text = m_text;
    YamlEntry out;
    out.begin = at;
    std::size_t colon = at;
    if (text[at] == '-' && (at + 1 >= lineStop || kBlanks.find(text[at + 1]) != std::string_view::npos)) {
        out.isItem = true;
    } else if (text[at] == '"' || text[at] == '\'') {
        const std::size_t end = closingQuote(text, at);
        const std::string_view quoted = text.substr(at, end - at);
        out.key = quoted[0] == '"'
                      ? json::unescaped(quoted)
                      : std::string(quoted.substr(1, std::max<std::size_t>(quoted.size(), 2) - 2));
        colon = std::min(text.find(':', end), lineStop);
    } else {
        while (colon < lineStop
               && !(text[colon] == ':'
                    && (colon + 1 >= lineStop || kBlanks.find(text[colon + 1]) != std::string_view::npos))) {
            ++colon;
        }
        out.key = std::string(text.substr(at, colon - at));
        out.key.resize(out.key.find_last_not_of(kBlanks) + 1);
    }
    out.colon = std::min(colon + 1, lineStop);
    const std::size_t value = std::min(text.find_first_not_of(" \t\r\n", out.colon), lineStop);
    const bool none = value >= lineStop || (text[value] == '#' && value > out.colon);
    out.value = none ? json::Span{out.colon, out.colon} : json::Span{value, valueEnd(text, value, lineStop)};
    return out;
}

/// The lines of [from, to) that are indented by exactly `indent` begin entries, the deeper ones belong to
/// them.
YamlBlock YamlBlocks::blockAt(std::size_t from, std::size_t to, std::size_t indent) const
{
    YamlBlock out{indent, {}};
    for (std::size_t line = from; line < to; line = lineEnd(m_text, line)) {
        const std::size_t stop = std::min(lineEnd(m_text, line), to);
        const bool marker = line == lineStart(m_text, line) && m_text.compare(line, 3, "---") == 0;
        if (saysNothing(line, stop) || marker) {
            // Deeper comments may be text of a block scalar: they stay with the key above.
            const std::size_t deep = indentOf(line, stop);
            if (!out.entries.empty() && deep > indent && line + deep < stop && m_text[line + deep] == '#') {
                out.entries.back().extentEnd = stop;
            }
            continue;
        }
        const std::size_t here = indentOf(line, stop);
        if (here == indent) {
            const YamlEntry entry = entryAt(line + here, stop);
            const bool ofKeyAbove = entry.isItem && !out.entries.empty() && !out.entries.back().isItem;
            if (!ofKeyAbove) { // a sequence may stand as far left as its key
                out.entries.push_back(entry);
            }
        }
        if (!out.entries.empty()) {
            out.entries.back().extentEnd = stop;
        }
    }
    return out;
}

YamlBlock YamlBlocks::root() const
{
    return blockAt(bomSize(m_text), m_text.size(), 0);
}

YamlBlock YamlBlocks::inside(const YamlBlock &block, const YamlEntry &entry)
{
    std::size_t from = lineEnd(m_text, entry.begin);
    if (entry.isItem) {
        if (entry.value.size() == 0) {
            return {};
        }
        m_text[entry.begin] = ' ';
        from = lineStart(m_text, entry.begin);
        return blockAt(from, entry.extentEnd, indentOf(from, m_text.size()));
    }
    if (entry.value.size() > 0) {
        return {};
    }
    for (std::size_t line = from; line < entry.extentEnd; line = lineEnd(m_text, line)) {
        const std::size_t stop = lineEnd(m_text, line);
        if (!saysNothing(line, stop)) {
            const std::size_t indent = indentOf(line, stop);
            const bool item = m_text[line + indent] == '-';
            return indent > block.indent || (item && indent == block.indent)
                       ? blockAt(line, entry.extentEnd, indent)
                       : YamlBlock{};
        }
    }
    return {};
}

} // namespace signalbox::edit
