// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/document.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "core/foundation/config/key_table.h"
#include "core/foundation/config/migrations.h"
#include "core/foundation/config/validate.h"
#include "core/foundation/json/document.h"
#include "core/foundation/json/writer.h"

namespace signalbox::config {

namespace {
struct Place {
    const json::Value *value = nullptr;
    int line = 0;
};

Place member(const json::Value &object, std::string_view name)
{
    for (const json::Member &one : object.members()) {
        if (one.name == name) {
            return {&one.value, one.line};
        }
    }
    return {};
}

/// Takes the first step off `path`: "name", "[0]" or "[\"key\"]", and what follows it.
Place step(const json::Value &from, std::string_view &path)
{
    if (path.starts_with("[\"")) {
        const std::size_t end = std::min(path.find("\"]"), path.size());
        const std::string_view key = path.substr(2, end - 2);
        path.remove_prefix(std::min(end + 2, path.size()));
        return member(from, key);
    }
    if (path.starts_with('[')) {
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(path.data() + 1, path.data() + path.size(), index);
        path.remove_prefix(std::min(static_cast<std::size_t>(end - path.data()) + 1, path.size()));
        const bool there = error == std::errc() && index < from.items().size();
        return there ? Place{&from.items()[index], from.items()[index].line} : Place{};
    }
    path.remove_prefix(path.starts_with('.') ? 1 : 0);
    const std::size_t end = std::min(path.find_first_of(".["), path.size());
    const std::string_view name = path.substr(0, end);
    path.remove_prefix(end);
    return member(from, name);
}

/// The line of what a path names, or of the innermost thing around it that is there.
int lineOf(const json::Value &root, std::string_view path)
{
    Place at{&root, root.line};
    while (!path.empty()) {
        const Place next = step(*at.value, path);
        if (!next.value) {
            break;
        }
        at = next;
    }
    return at.line;
}

/// What is wrong in itself is not also reported for what follows from it.
bool explainedBy(const Mistakes &earlier, const std::string &path)
{
    return std::any_of(earlier.begin(), earlier.end(),
                       [&](const Mistake &m) { return !m.warning && path.starts_with(m.path); });
}
} // namespace

ReadResult readConfig(std::string_view text, std::span<const std::string> presets)
{
    ReadResult out;
    auto document = json::parseDocument(text);
    if (!document) {
        const json::SyntaxError &error = document.error();
        out.mistakes.push_back(
            {error.line, "", error.message + " (column " + std::to_string(error.column) + ")", false});
        return out;
    }
    json::Value &root = document->root;
    if (const auto migrated = migrate(root); !migrated) {
        out.mistakes.push_back(
            {lineOf(root, "schemaVersion"), "schemaVersion", migrated.error().message, false});
        return out;
    }
    if (const json::Value *schema = root.find("$schema")) {
        out.schema = schema->text();
    }
    Reading reading;
    for (const json::Duplicate &twice : document->duplicates) {
        reading.mistakes.push_back(
            {twice.line, twice.path,
             "is given twice: the first time on line " + std::to_string(twice.firstLine), false});
    }
    fromJson(reading, root, out.config);
    out.mistakes = std::move(reading.mistakes);
    const Mistakes structural = out.mistakes;
    for (Mistake &mistake : semanticMistakes(out.config, presets)) {
        if (!explainedBy(structural, mistake.path)) {
            mistake.line = lineOf(root, mistake.path);
            out.mistakes.push_back(std::move(mistake));
        }
    }
    std::sort(out.mistakes.begin(), out.mistakes.end(), [](const Mistake &a, const Mistake &b) {
        return std::tie(a.line, a.path, a.message) < std::tie(b.line, b.path, b.message);
    });
    return out;
}

std::string writeConfig(const Config &config, const std::string &schema)
{
    json::Value root = toJson(config);
    if (!schema.empty()) {
        root.members().insert(root.members().begin(), {"$schema", json::Value::string(schema), 0});
    }
    return json::writePretty(root);
}

} // namespace signalbox::config
