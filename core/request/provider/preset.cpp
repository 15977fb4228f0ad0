// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/preset.h"

#include <algorithm>
#include <array>
#include <optional>

#include <QDir>
#include <QFile>
#include <simdjson.h>

#include "core/foundation/base/log.h"

// The resources lie in a static library, which nobody else initialises; this must stand outside of any
// namespace.
static void initPresetResources()
{
    Q_INIT_RESOURCE(signalbox_presets);
}

namespace signalbox::provider {

using base::ErrorCode;
using base::Result;
namespace dom = simdjson::dom;

namespace {

constexpr std::array<std::string_view, 5> kKinds{"cloud", "gateway", "local", "generic", "simulated"};
constexpr std::array<std::string_view, 3> kNeeds{"required", "optional", "none"};

template<std::size_t N>
std::optional<std::size_t> indexOf(const std::array<std::string_view, N> &names, std::string_view name)
{
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? std::nullopt : std::optional<std::size_t>(found - names.begin());
}

/// Reads members of one object; remembers the first that is wrong.
class Reader
{
public:
    explicit Reader(dom::object object, std::string &problem) : m_object(object), m_problem(problem) {}

    std::string text(std::string_view key, std::string_view otherwise = {})
    {
        return std::string(get<std::string_view>(key).value_or(otherwise));
    }
    bool flag(std::string_view key) { return get<bool>(key).value_or(false); }
    std::vector<std::string> list(std::string_view key)
    {
        std::vector<std::string> items;
        const auto array = get<dom::array>(key);
        if (!array) {
            return items;
        }
        for (const dom::element item : *array) {
            std::string_view text;
            if (item.get(text)) {
                wrong(key);
            }
            items.emplace_back(text);
        }
        return items;
    }
    http::Headers headers(std::string_view key)
    {
        http::Headers fields;
        const auto members = get<dom::object>(key);
        if (!members) {
            return fields;
        }
        for (const auto member : *members) {
            std::string_view value;
            if (member.value.get(value)) {
                wrong(key);
            }
            fields.add(member.key, value);
        }
        return fields;
    }
    template<std::size_t N>
    std::size_t choice(std::string_view key, const std::array<std::string_view, N> &names)
    {
        const auto index = indexOf(names, text(key));
        if (!index) {
            wrong(key);
        }
        return index.value_or(0);
    }
    std::optional<dom::object> object(std::string_view key) { return get<dom::object>(key); }
    void allowOnly(std::initializer_list<std::string_view> keys)
    {
        for (const auto member : m_object) {
            if (std::ranges::find(keys, member.key) == keys.end()) {
                wrong(member.key);
            }
        }
    }
    void wrong(std::string_view key)
    {
        if (m_problem.empty()) {
            m_problem = "\"" + std::string(key) + "\" is missing or not valid";
        }
    }

private:
    template<typename T>
    std::optional<T> get(std::string_view key)
    {
        const auto member = m_object[key];
        T value;
        if (member.error()) {
            return std::nullopt;
        }
        if (member.get(value)) {
            wrong(key);
            return std::nullopt;
        }
        return value;
    }

    dom::object m_object;
    std::string &m_problem;
};

Auth readAuth(dom::object object, Preset &preset, std::string &problem)
{
    Reader key(object, problem);
    key.allowOnly({"need", "header", "prefix", "prefixes", "variable"});
    Auth auth;
    auth.need = static_cast<Auth::Need>(key.choice("need", kNeeds));
    auth.header = key.text("header", auth.header);
    auth.prefix = key.text("prefix", auth.prefix);
    preset.keyPrefixes = key.list("prefixes");
    preset.keyVariable = key.text("variable");
    return auth;
}

} // namespace

Result<Preset> parsePreset(std::string_view json)
{
    dom::parser parser;
    dom::object object;
    if (parser.parse(json.data(), json.size()).get(object)) {
        return base::fail(ErrorCode::Corrupt, "not a JSON object");
    }
    std::string problem;
    Reader reader(object, problem);
    reader.allowOnly({"id", "name", "kind", "baseUrl", "baseUrlRequired", "key", "modelsPath",
                      "modelsPathFromRoot", "headers", "forward", "models"});
    Preset preset;
    preset.id = reader.text("id");
    preset.name = reader.text("name");
    preset.kind = static_cast<PresetKind>(reader.choice("kind", kKinds));
    preset.local = preset.kind == PresetKind::Local;
    preset.simulated = preset.kind == PresetKind::Simulated;
    preset.baseUrl = reader.text("baseUrl");
    preset.baseUrlRequired = reader.flag("baseUrlRequired");
    const auto key = reader.object("key");
    if (key) {
        preset.auth = readAuth(*key, preset, problem);
    }
    const std::string fromRoot = reader.text("modelsPathFromRoot");
    preset.modelsPathFromRoot = !fromRoot.empty();
    preset.modelsPath = fromRoot.empty() ? reader.text("modelsPath", preset.modelsPath) : fromRoot;
    preset.headers = reader.headers("headers");
    preset.forward = reader.list("forward");
    preset.models = reader.list("models");
    if (preset.id.empty() || preset.name.empty() || !key) {
        reader.wrong(preset.id.empty() ? "id" : preset.name.empty() ? "name" : "key");
    }
    if (preset.baseUrl.empty() != (preset.baseUrlRequired || preset.simulated)) {
        reader.wrong("baseUrl");
    }
    if (!problem.empty()) {
        return base::fail(ErrorCode::Corrupt, problem);
    }
    return preset;
}

PresetList PresetList::shipped()
{
    initPresetResources();
    PresetList list;
    const QDir folder(QStringLiteral(":/signalbox/presets"));
    for (const QString &name : folder.entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        const QByteArray bytes = file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
        auto preset = parsePreset({bytes.constData(), std::size_t(bytes.size())});
        if (preset) {
            list.m_presets.push_back(*std::move(preset));
        } else {
            base::logWarning("provider", "preset " + name.toStdString() + ": " + preset.error().message);
        }
    }
    std::ranges::sort(list.m_presets, {}, [](const Preset &preset) {
        const QString folded = QString::fromStdString(preset.name).toCaseFolded();
        return std::pair(preset.kind, folded);
    });
    return list;
}

const Preset *PresetList::find(std::string_view id) const
{
    const auto found = std::ranges::find(m_presets, id, &Preset::id);
    return found == m_presets.end() ? nullptr : &*found;
}

} // namespace signalbox::provider
