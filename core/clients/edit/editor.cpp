// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/edit/editor.h"

#include <algorithm>
#include <array>

namespace signalbox::edit {

namespace {
constexpr std::array<std::pair<std::string_view, Format>, 4> kFormats = {{
    {"json", Format::Json},
    {"toml", Format::Toml},
    {"yaml", Format::Yaml},
    {"env", Format::Env},
}};

std::unexpected<base::Error> wouldChangeMore(const Path &path)
{
    return base::fail(base::ErrorCode::Unsupported,
                      "changing '" + pathText(path)
                          + "' in place would change something else as well: change it by hand");
}

/// `after` says what `before` says with `value` at `path`.
base::Result<std::string> checkedPut(const Editor &editor, std::string_view before, std::string after,
                                     const Path &path, const json::Value &value)
{
    auto expected = editor.read(before);
    const auto got = editor.read(after);
    if (!expected || !got || !put(*expected, path, value) || !same(*expected, *got)) {
        return wouldChangeMore(path);
    }
    return after;
}
} // namespace

std::optional<Format> formatFromText(std::string_view text)
{
    const auto found =
        std::find_if(kFormats.begin(), kFormats.end(), [&](const auto &one) { return one.first == text; });
    return found == kFormats.end() ? std::nullopt : std::optional(found->second);
}

std::string_view formatText(Format format)
{
    return std::find_if(kFormats.begin(), kFormats.end(),
                        [&](const auto &one) { return one.second == format; })
        ->first;
}

const Editor &editorFor(Format format)
{
    switch (format) {
    case Format::Toml:
        return tomlEditor();
    case Format::Yaml:
        return yamlEditor();
    case Format::Env:
        return envEditor();
    case Format::Json:
        break;
    }
    return jsonEditor();
}

base::Result<std::string> set(const Editor &editor, std::string_view text, const Path &path,
                              const json::Value &value)
{
    if (const auto read = editor.read(text); !read) {
        return std::unexpected(read.error());
    }
    const auto at = editor.locate(text, path);
    if (!at) {
        return std::unexpected(at.error());
    }
    auto after = *at ? base::Result<std::string>(json::splice(text, {{**at, editor.source(value)}}))
                     : editor.insert(text, path, value);
    return after ? checkedPut(editor, text, *std::move(after), path, value) : after;
}

base::Result<std::string> setSource(const Editor &editor, std::string_view text, const Path &path,
                                    std::string_view source)
{
    const auto at = editor.locate(text, path);
    if (!at) {
        return std::unexpected(at.error());
    }
    if (!*at) {
        return base::fail(base::ErrorCode::NotFound, "'" + pathText(path) + "' is not there any more");
    }
    std::string after = json::splice(text, {{**at, std::string(source)}});
    const auto read = editor.read(after);
    const json::Value *const value = read ? find(*read, path) : nullptr;
    return value ? checkedPut(editor, text, std::move(after), path, *value) : wouldChangeMore(path);
}

base::Result<std::string> remove(const Editor &editor, std::string_view text, const Path &path)
{
    auto expected = editor.read(text);
    if (!expected) {
        return std::unexpected(expected.error());
    }
    auto after = editor.remove(text, path);
    if (!after) {
        return after;
    }
    const auto got = editor.read(*after);
    if (!got || !drop(*expected, path)) {
        return wouldChangeMore(path);
    }
    // Where a format does not write them, containers end with what was in them.
    for (Path above = path; !same(*expected, *got);) {
        above.pop_back();
        const json::Value *const container = above.empty() ? nullptr : find(*expected, above);
        if (!container || !isEmptyContainer(*container, above.back()) || !drop(*expected, above)) {
            return wouldChangeMore(path);
        }
    }
    return after;
}

std::string_view newlineOf(std::string_view text)
{
    const std::size_t at = text.find('\n');
    return at != std::string_view::npos && at > 0 && text[at - 1] == '\r' ? "\r\n" : "\n";
}

std::size_t bomSize(std::string_view text)
{
    return text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

int lineOf(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

std::size_t lineStart(std::string_view text, std::size_t at)
{
    const std::size_t newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return newline == std::string_view::npos ? bomSize(text) : newline + 1;
}

std::size_t lineEnd(std::string_view text, std::size_t at)
{
    const std::size_t newline = text.find('\n', at);
    return newline == std::string_view::npos ? text.size() : newline + 1;
}

std::string closedLine(std::string_view text)
{
    std::string out(text);
    if (out.size() > bomSize(text) && out.back() != '\n') {
        out += newlineOf(text);
    }
    return out;
}

std::unexpected<base::Error> notEditable(std::string_view text, std::size_t at, std::string_view what)
{
    return base::fail(base::ErrorCode::Unsupported,
                      "line " + std::to_string(lineOf(text, at)) + ": " + std::string(what));
}

} // namespace signalbox::edit
