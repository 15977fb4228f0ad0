// SPDX-License-Identifier: GPL-3.0-or-later
// Read by toml++, changed by splicing whole lines and single values.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "core/clients/edit/editor.h"
#include "core/clients/edit/toml_scan.h"
#include "core/foundation/json/writer.h"

namespace signalbox::edit {

using json::Span;
using json::Value;

namespace {
using Names = std::vector<std::string>;

/// What JSON has no word for (dates, times) becomes a text that no string can be.
template<typename T>
Value other(const T &value)
{
    std::ostringstream out;
    out << value;
    return Value::string(std::string("\0toml:", 6) + out.str());
}

Value toValue(const toml::node &node)
{
    if (const auto *table = node.as_table()) {
        Value out = Value::object();
        for (const auto &[key, value] : *table) {
            out.add(std::string(key.str()), toValue(value));
        }
        return out;
    }
    if (const auto *array = node.as_array()) {
        Value out = Value::array();
        for (const toml::node &item : *array) {
            out.append(toValue(item));
        }
        return out;
    }
    if (const auto *text = node.as_string()) {
        return Value::string(text->get());
    }
    if (const auto *number = node.as_integer()) {
        return Value::integer(number->get());
    }
    if (const auto *flag = node.as_boolean()) {
        return Value::boolean(flag->get());
    }
    if (const auto *real = node.as_floating_point()) {
        std::ostringstream out;
        out << std::hexfloat << real->get();
        return other(out.str());
    }
    if (const auto *date = node.as_date()) {
        return other(date->get());
    }
    if (const auto *time = node.as_time()) {
        return other(time->get());
    }
    return other(node.as_date_time()->get());
}

std::string keyText(const std::string &name)
{
    const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
               || c == '-';
    });
    return bare ? name : json::quoted(name);
}

std::string dotted(const Names &names)
{
    std::string out;
    for (const std::string &name : names) {
        out += (out.empty() ? "" : ".") + keyText(name);
    }
    return out;
}

bool beginsWith(const Names &path, const Names &start)
{
    return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

/// In front of the first heading and the comments that stand right above it.
std::size_t endOfRoot(std::string_view text, const std::vector<TomlLine> &lines)
{
    const auto heading =
        std::find_if(lines.begin(), lines.end(), [](const TomlLine &line) { return line.isHeading; });
    if (heading == lines.end()) {
        return text.size();
    }
    std::size_t at = heading->line.begin;
    while (at > bomSize(text)) {
        const std::size_t above = lineStart(text, at - 1);
        const std::size_t word = text.find_first_not_of(" \t", above);
        if (text[word] != '#') {
            break;
        }
        at = above;
    }
    return at;
}

base::Result<Names> namesOf(const Path &path)
{
    Names out;
    for (const Step &step : path) {
        if (!step.by.empty()) {
            return base::fail(base::ErrorCode::Unsupported, "lists of tables are not changed in TOML");
        }
        out.push_back(step.name);
    }
    return out;
}

class TomlEditor final : public Editor
{
public:
    base::Result<Value> read(std::string_view text) const override
    {
        const toml::parse_result parsed = toml::parse(text);
        if (!parsed) {
            return base::fail(base::ErrorCode::Corrupt,
                              "line " + std::to_string(parsed.error().source().begin.line) + ": "
                                  + std::string(parsed.error().description()));
        }
        return toValue(parsed.table());
    }

    base::Result<std::optional<Span>> locate(std::string_view text, const Path &path) const override
    {
        const auto names = namesOf(path);
        if (!names) {
            return std::unexpected(names.error());
        }
        for (const TomlLine &line : scanToml(text)) {
            const Names here = line.path();
            if (!line.isHeading && here == *names) {
                return line.value;
            }
            const bool above = here.size() < names->size() && beginsWith(*names, here);
            if (above && (line.isList || !line.isHeading)) {
                return notEditable(text, line.line.begin,
                                   "'" + dotted(here)
                                       + "' is not written as a [table]: put the settings there by hand");
            }
        }
        return std::nullopt;
    }

    std::string source(const Value &value) const override { return json::writeCompact(value); }

    base::Result<std::string> insert(std::string_view text, const Path &path,
                                     const Value &value) const override
    {
        const Names names = *namesOf(path);
        const Names table(names.begin(), names.end() - 1);
        const std::string newline(newlineOf(text));
        const auto lines = scanToml(text);
        const TomlLine *last = nullptr; // of what belongs to the same table
        for (const TomlLine &line : lines) {
            const Names parent = line.isHeading ? line.table : [&] {
                Names out = line.path();
                out.pop_back();
                return out;
            }();
            if (parent == table && !line.isList) {
                last = &line;
            }
        }
        if (last) {
            const Names under = last->table;
            const Names key(names.begin() + static_cast<std::ptrdiff_t>(under.size()), names.end());
            return withLine(text, last->line.end, dotted(key) + " = " + source(value));
        }
        if (table.empty()) {
            const std::size_t at = endOfRoot(text, lines);
            const bool first = std::none_of(lines.begin(), lines.end(), [](const TomlLine &line) {
                return !line.isHeading && line.table.empty();
            });
            const std::string gap = first && at < text.size() ? newline : "";
            return withLine(text, at, dotted(names) + " = " + source(value) + gap);
        }
        const bool empty = text.size() == bomSize(text);
        return closedLine(text) + (empty ? "" : newline) + "[" + dotted(table) + "]" + newline
               + dotted({names.back()}) + " = " + source(value) + newline;
    }

    base::Result<std::string> remove(std::string_view text, const Path &path) const override
    {
        const auto names = namesOf(path);
        if (!names) {
            return std::unexpected(names.error());
        }
        const auto lines = scanToml(text);
        for (const TomlLine &line : lines) {
            if (line.path() != *names || line.isList) {
                continue;
            }
            std::size_t from = line.line.begin;
            std::size_t to = line.line.end;
            if (line.isHeading && from > bomSize(text)) { // with the empty line above it
                const std::size_t above = lineStart(text, from - 1);
                from = text.find_first_not_of(" \t\r\n", above) >= from ? above : from;
            } else if (names->size() == 1 && &line == &lines.front() && lineStart(text, from) == bomSize(text)
                       && lines.size() > 1 && lines[1].isHeading) {
                const std::size_t below = text.find_first_not_of("\r\n", to); // and the one we left below
                to = below != std::string_view::npos && below > to ? lineEnd(text, to) : to;
            }
            return json::splice(text, {{{from, to}, ""}});
        }
        return base::fail(base::ErrorCode::NotFound, "'" + pathText(path) + "' is not there any more");
    }

private:
    static std::string withLine(std::string_view text, std::size_t at, const std::string &line)
    {
        const std::string newline(newlineOf(text));
        const bool open = at > bomSize(text) && text[at - 1] != '\n';
        return json::splice(text, {{{at, at}, (open ? newline : "") + line + newline}});
    }
};
} // namespace

const Editor &tomlEditor()
{
    static const TomlEditor editor;
    return editor;
}

} // namespace signalbox::edit
