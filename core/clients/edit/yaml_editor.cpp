// SPDX-License-Identifier: GPL-3.0-or-later
// Read by yaml-cpp, changed by splicing whole lines and single values in block style.
#include <algorithm>
#include <exception>

#include <yaml-cpp/yaml.h>

#include "core/clients/edit/editor.h"
#include "core/clients/edit/yaml_block.h"
#include "core/foundation/json/locate.h"
#include "core/foundation/json/writer.h"

namespace signalbox::edit {

using json::Span;
using json::Value;

namespace {
constexpr int kMostNodes = 100'000; ///< an alias may stand for a document that is much larger than its text

Value scalar(const YAML::Node &node)
{
    const std::string &text = node.Scalar();
    if (node.Tag() != "?" && node.Tag() != "!" && !node.Tag().empty()) {
        return Value::string(node.Tag() + " " + text);
    }
    if (node.Tag() == "!") { // in quotes
        return Value::string(text);
    }
    if (text == "true" || text == "false") {
        return Value::boolean(text == "true");
    }
    if (text.empty() || text == "~" || text == "null") {
        return {};
    }
    return json::isNumber(text) ? Value::number(text) : Value::string(text);
}

/// False: too large.
bool toValue(const YAML::Node &node, int &left, Value &out)
{
    if (--left < 0) {
        return false;
    }
    if (node.IsSequence()) {
        out = Value::array();
        for (const auto &item : node) {
            Value value;
            if (!toValue(item, left, value)) {
                return false;
            }
            out.append(std::move(value));
        }
    } else if (node.IsMap()) {
        out = Value::object();
        for (const auto &pair : node) {
            Value value;
            if (!toValue(pair.second, left, value)) {
                return false;
            }
            out.add(pair.first.IsScalar() ? pair.first.Scalar() : YAML::Dump(pair.first), std::move(value));
        }
    } else if (node.IsScalar()) {
        out = scalar(node);
    }
    return true;
}

std::string keyText(const std::string &name)
{
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
               || c == '-';
    });
    return plain && name[0] != '-' ? name : json::quoted(name);
}

struct Found {
    YamlBlock block;                ///< the last one on the way
    std::optional<YamlEntry> entry; ///< in it; none: the way ends in `block`
    std::size_t steps = 0;
    bool twice = false;
};

bool tellsBy(YamlBlocks &blocks, const YamlBlock &list, const YamlEntry &item, const Step &step,
             std::string_view text)
{
    for (const YamlEntry &member : blocks.inside(list, item).entries) {
        if (member.key == step.by) {
            const std::string_view value = text.substr(member.value.begin, member.value.size());
            return value == step.name || value == "\"" + step.name + "\"" || value == "'" + step.name + "'";
        }
    }
    return false;
}

Found follow(std::string_view text, const Path &path)
{
    YamlBlocks blocks(text);
    Found out{blocks.root(), {}, 0, false};
    for (const Step &step : path) {
        if (out.entry) {
            out.block = blocks.inside(out.block, *out.entry);
        }
        const auto is = [&](const YamlEntry &entry) {
            return entry.isItem ? !step.by.empty() && tellsBy(blocks, out.block, entry, step, text)
                                : step.by.empty() && entry.key == step.name;
        };
        const auto &entries = out.block.entries;
        const auto found = std::find_if(entries.begin(), entries.end(), is);
        if (found == entries.end()) {
            out.entry = std::nullopt;
            break;
        }
        out.twice = out.twice || std::count_if(found + 1, entries.end(), is) > 0;
        out.entry = *found;
        ++out.steps;
    }
    return out;
}

struct Renderer {
    const Editor &editor;
    std::string newline;

    /// `path` from `from` on, its first line without indentation.
    std::string lines(const Path &path, std::size_t from, const Value &value, std::size_t indent) const
    {
        const bool last = from + 1 == path.size();
        if (path[from].by.empty()) {
            const std::string key = keyText(path[from].name) + ":";
            if (last) {
                return key + " " + editor.source(value);
            }
            return key + newline + std::string(indent + 2, ' ') + lines(path, from + 1, value, indent + 2);
        }
        const std::string told =
            "- " + keyText(path[from].by) + ": " + editor.source(Value::string(path[from].name));
        return last
                   ? told
                   : told + newline + std::string(indent + 2, ' ') + lines(path, from + 1, value, indent + 2);
    }
};

class YamlEditor final : public Editor
{
public:
    base::Result<Value> read(std::string_view text) const override
    {
        try { // the library has no other way to say it
            const auto documents = YAML::LoadAll(std::string(text));
            if (documents.size() > 1) {
                return base::fail(base::ErrorCode::Unsupported, "it holds several documents");
            }
            Value out;
            int left = kMostNodes;
            if (!documents.empty() && !toValue(documents.front(), left, out)) {
                return base::fail(base::ErrorCode::TooLarge, "it is too large");
            }
            return out.is(Value::Type::Null) ? Value::object() : out;
        } catch (const YAML::Exception &problem) {
            return base::fail(base::ErrorCode::Corrupt,
                              "line " + std::to_string(problem.mark.line + 1) + ": " + problem.msg);
        } catch (const std::exception &problem) {
            return base::fail(base::ErrorCode::Corrupt, problem.what());
        }
    }

    base::Result<std::optional<Span>> locate(std::string_view text, const Path &path) const override
    {
        const auto root = read(text);
        if (!root) {
            return std::unexpected(root.error());
        }
        const Found found = follow(text, path);
        const bool there = find(*root, path) != nullptr;
        if (found.twice) {
            return notEditable(text, found.entry->begin, "'" + pathText(path) + "' is given more than once");
        }
        if (found.steps < path.size()) {
            const std::size_t at = found.block.entries.empty() ? 0 : found.block.entries.front().begin;
            return there ? notEditable(text, at, "it is written in a form that is not changed in place")
                         : base::Result<std::optional<Span>>(std::nullopt);
        }
        const YamlEntry &entry = *found.entry;
        std::size_t end = entry.value.end;
        const bool oneLine = lineEnd(text, entry.begin) >= entry.extentEnd;
        if (!oneLine) { // with all its lines, but without the last line break
            end = entry.extentEnd;
            while (end > entry.value.begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) {
                --end;
            }
        }
        return Span{entry.value.begin, end};
    }

    std::string source(const Value &value) const override
    {
        if (!value.is(Value::Type::String)) {
            return json::writeCompact(value);
        }
        const std::string &text = value.text();
        const bool letters = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                   || std::string_view("_-./:@+ ").find(c) != std::string_view::npos;
        });
        const std::string_view first = std::string_view(text).substr(0, 1);
        const bool plain = letters && first.find_first_of("-.:@+ 0123456789") == std::string_view::npos
                           && text.find(": ") == std::string::npos && !text.ends_with(':')
                           && !text.ends_with(' ') && text != "true" && text != "false" && text != "null"
                           && text != "yes" && text != "no" && text != "on" && text != "off";
        return plain ? text : json::quoted(text);
    }

    base::Result<std::string> insert(std::string_view text, const Path &path,
                                     const Value &value) const override
    {
        const Found found = follow(text, path);
        const Renderer renderer{*this, std::string(newlineOf(text))};
        const std::string &newline = renderer.newline;
        const auto indented = [&](std::size_t indent) {
            return std::string(indent, ' ') + renderer.lines(path, found.steps, value, indent);
        };
        const bool wantsItems = !path[found.steps].by.empty();
        const auto &entries = found.block.entries;
        if (!entries.empty()) {
            if (entries.front().isItem != wantsItems) {
                return notEditable(text, entries.front().begin, "this is not what the tool expects here");
            }
            return withLines(text, entries.back().extentEnd, indented(found.block.indent), newline);
        }
        if (found.steps == 0) {
            return withLines(text, text.size(), indented(0), newline);
        }
        // The last key on the way has nothing in it, or something in flow style.
        const Path there(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(found.steps));
        const Found above = follow(text, there);
        const YamlEntry &key = *above.entry;
        const std::string_view now = text.substr(key.value.begin, key.value.size());
        if (!now.empty() && now != "[]" && now != "{}" && now != "null" && now != "~") {
            return notEditable(text, key.begin,
                               "'" + pathText(there) + "' is not written in lines of its own");
        }
        const std::size_t indent = above.block.indent + 2;
        const std::string emptied = json::splice(text, {{{key.colon, key.value.end}, ""}});
        return withLines(emptied, lineEnd(emptied, key.begin), indented(indent), newline);
    }

    base::Result<std::string> remove(std::string_view text, const Path &path) const override
    {
        const Found found = follow(text, path);
        if (found.steps < path.size() || found.twice) {
            return base::fail(base::ErrorCode::NotFound, "'" + pathText(path) + "' is not there any more");
        }
        const YamlEntry &entry = *found.entry;
        const std::size_t from = lineStart(text, entry.begin);
        if (text.find_first_not_of(' ', from) != entry.begin) {
            return notEditable(text, entry.begin, "this key stands on the line of its list's item");
        }
        if (found.block.entries.size() > 1 || path.size() == 1) {
            return json::splice(text, {{{from, entry.extentEnd}, ""}});
        }
        const Found above = follow(text, Path(path.begin(), path.end() - 1));
        const std::size_t colon = above.entry->colon;
        return json::splice(text,
                            {{{colon, colon}, entry.isItem ? " []" : " {}"}, {{from, entry.extentEnd}, ""}});
    }

private:
    static std::string withLines(std::string_view text, std::size_t at, const std::string &lines,
                                 const std::string &newline)
    {
        const bool open = at > bomSize(text) && text[at - 1] != '\n';
        return json::splice(text, {{{at, at}, (open ? newline : "") + lines + newline}});
    }
};
} // namespace

const Editor &yamlEditor()
{
    static const YamlEditor editor;
    return editor;
}

} // namespace signalbox::edit
