// SPDX-License-Identifier: GPL-3.0-or-later
// Files of environment variables, as dotenv libraries read them, one assignment on a line:
//   # comment          export NAME=value          NAME = "value, perhaps over\nseveral lines" # comment
// Quotes are ", ' or `; without quotes the value ends in front of " #". Of equal names the last counts.
#include <algorithm>

#include "core/clients/edit/editor.h"

namespace signalbox::edit {

using json::Span;

namespace {
struct Assignment {
    std::string name;
    Span value; ///< with its quotes
    Span line;  ///< from its start to behind its line break
};

bool isNameChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.'
           || c == '-';
}

/// Behind the value that begins at `at`.
base::Result<std::size_t> valueEnd(std::string_view text, std::size_t at, std::size_t lineStop)
{
    const char quote = at < lineStop ? text[at] : '\0';
    if (quote == '"' || quote == '\'' || quote == '`') {
        for (std::size_t i = at + 1; i < text.size(); ++i) {
            if (text[i] == '\\' && quote == '"') {
                ++i;
            } else if (text[i] == quote) {
                return i + 1;
            }
        }
        return notEditable(text, at, "a quote is not closed");
    }
    std::size_t end = lineStop;
    for (std::size_t i = at; i < lineStop; ++i) {
        if (text[i] == '#' && (i == at || text[i - 1] == ' ' || text[i - 1] == '\t')) {
            end = i;
            break;
        }
    }
    while (end > at && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\r')) {
        --end;
    }
    return end;
}

base::Result<std::vector<Assignment>> assignments(std::string_view text)
{
    std::vector<Assignment> out;
    for (std::size_t start = bomSize(text); start < text.size();) {
        const std::size_t stop = std::min(text.find('\n', start), text.size());
        std::size_t at = std::min(text.find_first_not_of(" \t\r", start), stop);
        if (at == stop || text[at] == '#') {
            start = lineEnd(text, start);
            continue;
        }
        if (text.substr(at, 7) == "export ") {
            at = std::min(text.find_first_not_of(" \t", at + 7), stop);
        }
        std::size_t nameEnd = at;
        while (nameEnd < stop && isNameChar(text[nameEnd])) {
            ++nameEnd;
        }
        const std::size_t equals = std::min(text.find_first_not_of(" \t", nameEnd), stop);
        if (nameEnd == at || equals == stop || text[equals] != '=') {
            return notEditable(text, at, "this is no assignment like NAME=value");
        }
        const std::size_t value = std::min(text.find_first_not_of(" \t\r", equals + 1), stop);
        const auto end = valueEnd(text, value, stop);
        if (!end) {
            return std::unexpected(end.error());
        }
        const std::size_t behind = lineEnd(text, std::max(*end, start));
        out.push_back({std::string(text.substr(at, nameEnd - at)), {value, *end}, {start, behind}});
        start = behind;
    }
    return out;
}

std::string meaning(std::string_view source)
{
    const char quote = source.empty() ? '\0' : source.front();
    if (quote != '"' && quote != '\'' && quote != '`') {
        return std::string(source);
    }
    std::string out;
    for (std::size_t i = 1; i + 1 < source.size(); ++i) {
        if (source[i] == '\\' && quote == '"' && i + 2 < source.size()) {
            const char next = source[++i];
            out += next == 'n' ? '\n' : next == 'r' ? '\r' : next == 't' ? '\t' : next;
        } else {
            out += source[i];
        }
    }
    return out;
}

class EnvEditor final : public Editor
{
public:
    base::Result<json::Value> read(std::string_view text) const override
    {
        const auto all = assignments(text);
        if (!all) {
            return std::unexpected(all.error());
        }
        json::Value out = json::Value::object();
        for (const Assignment &one : *all) {
            put(out, {{one.name, {}}},
                json::Value::string(meaning(text.substr(one.value.begin, one.value.size()))));
        }
        return out;
    }

    base::Result<std::optional<Span>> locate(std::string_view text, const Path &path) const override
    {
        const auto at = last(text, path);
        if (!at) {
            return std::unexpected(at.error());
        }
        return *at ? std::optional((*at)->value) : std::nullopt;
    }

    std::string source(const json::Value &value) const override
    {
        const std::string &text = value.text();
        const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
            return isNameChar(c) || std::string_view(":/@+,%").find(c) != std::string_view::npos;
        });
        return plain ? text : "\"" + escaped(text) + "\"";
    }

    base::Result<std::string> insert(std::string_view text, const Path &path,
                                     const json::Value &value) const override
    {
        return closedLine(text) + path.front().name + "=" + source(value) + std::string(newlineOf(text));
    }

    base::Result<std::string> remove(std::string_view text, const Path &path) const override
    {
        const auto at = last(text, path);
        if (!at) {
            return std::unexpected(at.error());
        }
        if (!*at) {
            return base::fail(base::ErrorCode::NotFound, "'" + pathText(path) + "' is not there any more");
        }
        return json::splice(text, {{(*at)->line, ""}});
    }

private:
    static std::string escaped(std::string_view text)
    {
        std::string out;
        for (const char c : text) {
            out += c == '\n' ? "\\n" : c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
        }
        return out;
    }

    static base::Result<std::optional<Assignment>> last(std::string_view text, const Path &path)
    {
        const auto all = assignments(text);
        if (!all) {
            return std::unexpected(all.error());
        }
        if (path.size() != 1 || !path.front().by.empty()) {
            return base::fail(base::ErrorCode::InvalidArgument, "such a file has names and values only");
        }
        const auto found = std::find_if(all->rbegin(), all->rend(),
                                        [&](const Assignment &one) { return one.name == path.front().name; });
        return found == all->rend() ? std::nullopt : std::optional(*found);
    }
};
} // namespace

const Editor &envEditor()
{
    static const EnvEditor editor;
    return editor;
}

} // namespace signalbox::edit
