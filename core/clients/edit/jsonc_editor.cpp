// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/clients/edit/editor.h"
#include "core/clients/edit/jsonc.h"
#include "core/foundation/json/writer.h"

namespace signalbox::edit {

using json::Replacement;
using json::Span;
using Type = json::Value::Type;

namespace {
constexpr std::string_view kBlanks = " \t\r\n";

/// How far the way to a place exists.
struct Found {
    const JsoncNode *node = nullptr;   ///< the last one there is
    const JsoncNode *parent = nullptr; ///< of it; null for the root
    std::size_t index = 0;             ///< in its parent
    std::size_t steps = 0;             ///< how many of the path's were there
    bool twice = false;                ///< a name on the way is given more than once
};

bool isMeant(const JsoncNode &child, const Step &step, Type parent)
{
    if (step.by.empty()) {
        return parent == Type::Object && child.name == step.name;
    }
    return parent == Type::Array
           && std::any_of(child.children.begin(), child.children.end(), [&](const JsoncNode &member) {
                  return member.name == step.by && member.type == Type::String && member.text == step.name;
              });
}

Found follow(const JsoncNode &root, const Path &path)
{
    Found out{&root, nullptr, 0, 0, false};
    for (const Step &step : path) {
        const auto &children = out.node->children;
        const auto is = [&](const JsoncNode &child) { return isMeant(child, step, out.node->type); };
        const auto found = std::find_if(children.begin(), children.end(), is);
        if (found == children.end()) {
            break;
        }
        out.twice = out.twice || std::count_if(children.begin(), children.end(), is) > 1;
        out.index = static_cast<std::size_t>(found - children.begin());
        out.parent = out.node;
        out.node = &*found;
        ++out.steps;
    }
    return out;
}

std::string_view indentOf(std::string_view text, std::size_t at)
{
    const std::size_t start = lineStart(text, at);
    const std::size_t end = std::min(text.find_first_not_of(" \t", start), text.size());
    return text.substr(start, end - start);
}

bool beginsItsLine(std::string_view text, std::size_t at)
{
    return lineStart(text, at) + indentOf(text, at).size() == at;
}

/// One level: as the outermost members are set.
std::string unitOf(std::string_view text, const JsoncNode &root)
{
    for (const JsoncNode &child : root.children) {
        if (beginsItsLine(text, child.begin()) && !indentOf(text, child.begin()).empty()) {
            return std::string(indentOf(text, child.begin()));
        }
    }
    return "  ";
}

struct Style {
    std::string_view newline;
    std::string unit;
};

std::string render(const Path &path, std::size_t from, const json::Value &value, const std::string &indent,
                   const Style &style)
{
    const Step &step = path[from];
    const bool last = from + 1 == path.size();
    const std::string inner = indent + style.unit;
    const std::string newline(style.newline);
    std::string out;
    if (step.by.empty()) {
        out = json::quoted(step.name) + ": ";
        if (last) {
            return out + json::writeCompact(value);
        }
        const bool list = !path[from + 1].by.empty();
        return out + (list ? "[" : "{") + newline + inner + render(path, from + 1, value, inner, style)
               + newline + indent + (list ? "]" : "}");
    }
    out = "{" + newline + inner + json::quoted(step.by) + ": " + json::quoted(step.name);
    if (!last) {
        out += "," + newline + inner + render(path, from + 1, value, inner, style);
    }
    return out + newline + indent + "}";
}

/// Puts a member or element into a container: the text it shall have is made by `make(indent)`.
template<typename Make>
std::string addChild(std::string_view text, const JsoncNode &container, const Style &style, Make make)
{
    const std::string newline(style.newline);
    const std::string outer(indentOf(text, container.at.begin));
    const auto &children = container.children;
    if (children.empty()) {
        const std::string_view inside = text.substr(container.at.begin + 1, container.at.size() - 2);
        const std::size_t content = inside.find_last_not_of(kBlanks);
        if (content == std::string_view::npos) {
            return json::splice(
                text, {{{container.at.begin + 1, container.at.end - 1},
                        newline + outer + style.unit + make(outer + style.unit) + newline + outer}});
        }
        // Behind the comments, on lines of its own.
        return json::splice(text,
                            {{{container.at.begin + 2 + content, container.at.end - 1},
                              newline + outer + style.unit + make(outer + style.unit) + newline + outer}});
    }
    const JsoncNode &last = children.back();
    const bool trailing = last.comma != JsoncNode::kNone;
    const bool lines =
        text.substr(container.at.begin, children.front().begin() - container.at.begin).find('\n')
        != std::string_view::npos;
    if (!lines) {
        const std::size_t at = trailing ? last.comma + 1 : last.at.end;
        return json::splice(text,
                            {{{at, at}, (trailing ? " " : ", ") + make(outer) + (trailing ? "," : "")}});
    }
    std::string indent = outer + style.unit;
    for (const JsoncNode &child : children) {
        if (beginsItsLine(text, child.begin())) {
            indent = std::string(indentOf(text, child.begin()));
        }
    }
    const std::size_t end = behindLineComments(text, trailing ? last.comma + 1 : last.at.end);
    std::vector<Replacement> out;
    if (!trailing) {
        out.push_back({{last.at.end, last.at.end}, ","});
    }
    out.push_back({{end, end}, newline + indent + make(indent) + (trailing ? "," : "")});
    return json::splice(text, out);
}

std::string takeOut(std::string_view text, const JsoncNode &parent, std::size_t index)
{
    const JsoncNode &child = parent.children[index];
    const std::size_t begin = child.begin();
    std::size_t from = begin;
    while (from > parent.at.begin + 1 && kBlanks.find(text[from - 1]) != std::string_view::npos) {
        --from;
    }
    const bool comma = child.comma != JsoncNode::kNone;
    std::size_t to = comma ? child.comma + 1 : child.at.end;
    std::vector<Replacement> out;
    if (parent.children.size() == 1) {
        const std::size_t rest = text.find_first_not_of(kBlanks, to);
        to = from == parent.at.begin + 1 && rest == parent.at.end - 1 ? rest : to;
    } else if (index == 0 && comma && text.substr(from, begin - from).find('\n') == std::string_view::npos) {
        from = begin; // all on one line: the next one takes its place
        to = std::min(text.find_first_not_of(" \t", to), text.size());
    } else if (!comma && index > 0) {
        const std::size_t before = parent.children[index - 1].comma;
        out.push_back({{before, before + 1}, ""});
        from = std::max(from, before + 1);
    }
    // A comment to the end of the line must keep that end.
    const std::size_t lineAt = lineStart(text, from);
    const bool behindComment = text.substr(lineAt, from - lineAt).find("//") != std::string_view::npos;
    const std::size_t rest = text.find_first_not_of(" \t\r", to);
    const std::size_t lineBreak = text.substr(from, begin - from).find('\n');
    if (behindComment && lineBreak != std::string_view::npos && rest != std::string_view::npos
        && text[rest] != '\n') {
        from += lineBreak + 1;
    }
    out.push_back({{from, to}, ""});
    return json::splice(text, out);
}

class JsonEditor final : public Editor
{
public:
    base::Result<json::Value> read(std::string_view text) const override
    {
        const auto root = parseJsonc(text);
        if (!root) {
            return std::unexpected(root.error());
        }
        return root->at.size() == 0 ? json::Value() : toValue(*root);
    }

    base::Result<std::optional<Span>> locate(std::string_view text, const Path &path) const override
    {
        const auto root = parseJsonc(text);
        if (!root) {
            return std::unexpected(root.error());
        }
        const Found found = follow(*root, path);
        if (found.twice) {
            return notEditable(text, found.node->begin(), "'" + pathText(path) + "' is given more than once");
        }
        return found.steps == path.size() ? std::optional(found.node->at) : std::nullopt;
    }

    std::string source(const json::Value &value) const override { return json::writeCompact(value); }

    base::Result<std::string> insert(std::string_view text, const Path &path,
                                     const json::Value &value) const override
    {
        const auto root = parseJsonc(text);
        if (!root) {
            return std::unexpected(root.error());
        }
        Style style{newlineOf(text), unitOf(text, *root)};
        if (root->at.size() == 0) {
            const bool list = !path.front().by.empty();
            const std::string newline(style.newline);
            return closedLine(text) + (list ? "[" : "{") + newline + style.unit
                   + render(path, 0, value, style.unit, style) + newline + (list ? "]" : "}") + newline;
        }
        const Found found = follow(*root, path);
        const Type wanted = path[found.steps].by.empty() ? Type::Object : Type::Array;
        const auto make = [&](const std::string &indent) {
            return render(path, found.steps, value, indent, style);
        };
        if (found.node->type == Type::Null) { // stands for an empty one
            const std::string indent(indentOf(text, found.node->begin()));
            const std::string newline(style.newline);
            const std::string inner = indent + style.unit;
            return json::splice(
                text, {{found.node->at, (wanted == Type::Array ? "[" : "{") + newline + inner + make(inner)
                                            + newline + indent + (wanted == Type::Array ? "]" : "}")}});
        }
        if (found.node->type != wanted) {
            const Path there(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(found.steps));
            return notEditable(text, found.node->at.begin,
                               (there.empty() ? "the file" : "'" + pathText(there) + "'") + " is not "
                                   + std::string(json::describe(wanted)));
        }
        return addChild(text, *found.node, style, make);
    }

    base::Result<std::string> remove(std::string_view text, const Path &path) const override
    {
        const auto root = parseJsonc(text);
        if (!root) {
            return std::unexpected(root.error());
        }
        const Found found = follow(*root, path);
        if (found.steps < path.size() || !found.parent || found.twice) {
            return base::fail(base::ErrorCode::NotFound, "'" + pathText(path) + "' is not there any more");
        }
        return takeOut(text, *found.parent, found.index);
    }
};
} // namespace

const Editor &jsonEditor()
{
    static const JsonEditor editor;
    return editor;
}

} // namespace signalbox::edit
