// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/catalogue.h"

#include <algorithm>

#include <QFile>

#include "core/foundation/base/log.h"
#include "core/foundation/json/document.h"

// The resources lie in a static library, which nobody else initialises; this must stand outside of any
// namespace.
static void initToolResources()
{
    Q_INIT_RESOURCE(signalbox_tools);
}

namespace signalbox::clients {

using json::Value;
using Type = Value::Type;

namespace {
std::string text(const Value &object, std::string_view name)
{
    const Value *const value = object.find(name);
    return value ? value->text() : std::string();
}

bool flag(const Value &object, std::string_view name)
{
    const Value *const value = object.find(name);
    return value && value->toBool();
}

/// Variables and templates in "set".
std::vector<std::pair<std::string, std::string>> variables(const Value &from)
{
    std::vector<std::pair<std::string, std::string>> out;
    if (const Value *const set = from.find("set")) {
        for (const json::Member &member : set->members()) {
            out.emplace_back(member.name, member.value.text());
        }
    }
    return out;
}

std::vector<std::string> texts(const Value &object, std::string_view name)
{
    std::vector<std::string> out;
    if (const Value *const list = object.find(name)) {
        for (const Value &item : list->items()) {
            out.push_back(item.text());
        }
    }
    return out;
}

base::Result<ToolFile> toFile(const Value &from)
{
    const auto format = edit::formatFromText(text(from, "format"));
    const Value *const set = from.find("set");
    ToolFile out;
    out.paths = texts(from, "paths");
    if (!format || !set || !set->is(Type::Object) || out.paths.empty()) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "line " + std::to_string(from.line) + ": a file needs paths, format and set");
    }
    out.format = *format;
    out.settings = *set;
    if (const Value *const fresh = from.find("new")) {
        out.whenNew = *fresh;
    }
    if (const Value *const older = from.find("insteadOf")) {
        out.insteadOf = text(*older, "path");
        out.insteadWhy = text(*older, "why");
    }
    if (const Value *const conflicts = from.find("conflicts")) {
        for (const Value &one : conflicts->items()) {
            const Value *const key = one.find("key");
            auto path = key ? edit::pathFromJson(*key) : base::Result<edit::Path>();
            if (!path) {
                return std::unexpected(path.error());
            }
            out.conflicts.push_back({*std::move(path), text(one, "note")});
        }
    }
    return out;
}

base::Result<Tool> toTool(const Value &from)
{
    Tool out;
    out.id = text(from, "id");
    out.name = text(from, "name");
    out.programs = texts(from, "programs");
    out.folder = text(from, "folder");
    out.notes = texts(from, "notes");
    out.why = text(from, "why");
    out.snippet = text(from, "snippet");
    out.refused = flag(from, "refused");
    out.showToken = flag(from, "showToken");
    if (const Value *const files = from.find("files")) {
        for (const Value &file : files->items()) {
            auto one = toFile(file);
            if (!one) {
                return std::unexpected(one.error());
            }
            out.files.push_back(*std::move(one));
        }
    }
    if (const Value *const launch = from.find("launch")) {
        out.launch.unset = texts(*launch, "unset");
        out.launch.arguments = texts(*launch, "arguments");
        out.launch.set = variables(*launch);
        if (const Value *const chain = launch->find("chain")) {
            out.launch.chainSet = variables(*chain);
            out.launch.chainArguments = texts(*chain, "arguments");
        }
    }
    if (out.id.empty() || out.name.empty() || (out.files.empty() && out.why.empty())) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "line " + std::to_string(from.line) + ": a tool needs id, name, and files or why");
    }
    return out;
}
} // namespace

base::Result<Catalogue> Catalogue::parse(std::string_view text)
{
    const auto document = json::parseDocument(text);
    if (!document) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "line " + std::to_string(document.error().line) + ": " + document.error().message);
    }
    Catalogue out;
    if (const Value *const tools = document->root.find("tools")) {
        for (const Value &tool : tools->items()) {
            auto one = toTool(tool);
            if (!one) {
                return std::unexpected(one.error());
            }
            out.m_tools.push_back(*std::move(one));
        }
    }
    return out;
}

Catalogue Catalogue::shipped()
{
    initToolResources();
    QFile file(QStringLiteral(":/signalbox/clients/tools.json"));
    const std::string bytes = file.open(QFile::ReadOnly) ? file.readAll().toStdString() : std::string();
    auto out = parse(bytes);
    if (!out) {
        base::logWarning("clients", "tools.json: " + out.error().message);
        return {};
    }
    return *std::move(out);
}

const Tool *Catalogue::find(std::string_view id) const
{
    const auto found =
        std::find_if(m_tools.begin(), m_tools.end(), [&](const Tool &one) { return one.id == id; });
    return found == m_tools.end() ? nullptr : &*found;
}

std::optional<std::string> resolve(std::string_view pathTemplate, const Places &places)
{
    constexpr std::string_view kConfig = "{config}";
    if (pathTemplate.starts_with("~/")) {
        return places.home + std::string(pathTemplate.substr(1));
    }
    if (pathTemplate.starts_with(kConfig)) {
        return places.config + std::string(pathTemplate.substr(kConfig.size()));
    }
    if (pathTemplate.starts_with('$')) {
        const std::size_t slash = std::min(pathTemplate.find('/'), pathTemplate.size());
        const std::string name(pathTemplate.substr(1, slash - 1));
        const auto value = places.variable ? places.variable(name.c_str()) : std::nullopt;
        return value && value->starts_with('/')
                   ? std::optional(*value + std::string(pathTemplate.substr(slash)))
                   : std::nullopt;
    }
    return std::string(pathTemplate);
}

} // namespace signalbox::clients
