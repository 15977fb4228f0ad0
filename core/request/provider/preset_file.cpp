// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <optional>

#include "core/foundation/http/origin.h"
#include "core/foundation/json/document.h"
#include "core/request/provider/preset.h"

namespace signalbox::provider {

using base::ErrorCode;
using base::Result;
using json::Value;

namespace {

constexpr std::array<std::string_view, 5> kKinds{"cloud", "gateway", "local", "generic", "simulated"};
constexpr std::array<std::string_view, 2> kKeyKinds{"plain", "serviceAccount"};
constexpr std::array<std::string_view, 3> kNeeds{"required", "optional", "none"};

/// Reads members of one object; remembers the first that is wrong.
class Reader
{
public:
    Reader(const Value &object, std::string &problem) : m_object(object), m_problem(problem) {}

    std::string text(std::string_view key, std::string otherwise = {})
    {
        const Value *const value = get(key, Value::Type::String);
        return value ? value->text() : std::move(otherwise);
    }
    bool flag(std::string_view key)
    {
        const Value *const value = get(key, Value::Type::Bool);
        return value && value->toBool();
    }
    std::vector<std::string> list(std::string_view key)
    {
        std::vector<std::string> items;
        if (const Value *const array = get(key, Value::Type::Array)) {
            for (const Value &item : array->items()) {
                check(key, item.is(Value::Type::String));
                items.push_back(item.text());
            }
        }
        return items;
    }
    http::Headers headers(std::string_view key, http::Headers fields = {})
    {
        if (const Value *const object = get(key, Value::Type::Object)) {
            for (const json::Member &member : object->members()) {
                check(key, member.value.is(Value::Type::String) && http::isValidFieldName(member.name));
                fields.set(member.name, member.value.text());
            }
        }
        return fields;
    }
    template<std::size_t N>
    std::size_t choice(std::string_view key, const std::array<std::string_view, N> &names)
    {
        const auto found = std::ranges::find(names, text(key));
        check(key, found != names.end());
        return found == names.end() ? 0 : std::size_t(found - names.begin());
    }
    const Value *object(std::string_view key) { return get(key, Value::Type::Object); }
    void allowOnly(std::initializer_list<std::string_view> keys)
    {
        for (const json::Member &member : m_object.members()) {
            check(member.name, std::ranges::find(keys, member.name) != keys.end());
        }
    }
    void check(std::string_view key, bool sound)
    {
        if (!sound && m_problem.empty()) {
            m_problem = "\"" + std::string(key) + "\" is missing or not valid";
        }
    }

private:
    const Value *get(std::string_view key, Value::Type type)
    {
        const Value *const value = m_object.find(key);
        check(key, !value || value->is(type));
        return value && value->is(type) ? value : nullptr;
    }

    const Value &m_object;
    std::string &m_problem;
};

/// The members of an entry that is more than a path.
void readEntry(Reader entry, DialectEntry &out)
{
    entry.allowOnly({"path", "streamPath", "fromRoot", "key", "headers", "forward", "models", "accepts"});
    out.streamPath = entry.text("streamPath", entry.text("path").empty() ? out.streamPath : std::string());
    out.path = entry.text("path", out.path);
    out.fromRoot = entry.flag("fromRoot");
    out.headers = entry.headers("headers", std::move(out.headers));
    for (std::string &name : entry.list("forward")) {
        out.forward.push_back(std::move(name));
    }
    out.models = entry.list("models");
    out.accepts = entry.list("accepts");
}

KeyField readKeyField(Reader key)
{
    const KeyField usual;
    const std::string name = key.text("header", usual.name);
    return {name, key.text("prefix", name == usual.name ? usual.prefix : std::string())};
}

class PresetReader
{
public:
    PresetReader(const Value &root, std::string &problem)
        : m_root(root), m_reader(root, problem), m_problem(problem)
    {}

    Preset read()
    {
        m_reader.allowOnly({"id", "name", "kind", "baseUrl", "baseUrlRequired", "basePath", "key", "dialects",
                            "modelsPath", "modelsPathFromRoot", "headers", "forward", "models", "listOwner"});
        m_preset.id = m_reader.text("id");
        m_preset.name = m_reader.text("name");
        m_preset.kind = static_cast<PresetKind>(m_reader.choice("kind", kKinds));
        m_preset.local = m_preset.kind == PresetKind::Local;
        m_preset.simulated = m_preset.kind == PresetKind::Simulated;
        readKey();
        readAddress();
        readDialects();
        m_preset.headers = m_reader.headers("headers");
        m_preset.forward = m_reader.list("forward");
        m_preset.models = m_reader.list("models");
        m_preset.listOwner = m_reader.text("listOwner");
        m_reader.check("name", !m_preset.name.empty());
        m_reader.check("id", !m_preset.id.empty());
        return std::move(m_preset);
    }

private:
    void readAddress()
    {
        m_preset.baseUrl = m_reader.text("baseUrl");
        m_preset.baseUrlRequired = m_reader.flag("baseUrlRequired");
        m_reader.check("baseUrl",
                       m_preset.baseUrl.empty() == (m_preset.baseUrlRequired || m_preset.simulated));
        const auto usual = http::parseBaseUrl(m_preset.baseUrl);
        m_preset.basePath = m_reader.text("basePath", usual ? usual->path : std::string());
        const std::string fromRoot = m_reader.text("modelsPathFromRoot");
        m_preset.modelsPathFromRoot = !fromRoot.empty();
        m_preset.modelsPath =
            m_preset.modelsPathFromRoot ? fromRoot : m_reader.text("modelsPath", m_preset.modelsPath);
    }

    void readKey()
    {
        const Value *const object = m_reader.object("key");
        m_reader.check("key", object != nullptr);
        if (!object) {
            return;
        }
        Reader key(*object, m_problem);
        key.allowOnly({"need", "kind", "header", "prefix", "prefixes", "variable"});
        m_preset.keyNeed = static_cast<KeyNeed>(key.choice("need", kNeeds));
        m_preset.keyKind =
            object->find("kind") ? static_cast<KeyKind>(key.choice("kind", kKeyKinds)) : KeyKind::Plain;
        m_preset.keyPrefixes = key.list("prefixes");
        m_preset.keyVariable = key.text("variable");
        if (object->find("header")) {
            m_everywhere = readKeyField(key);
        }
    }

    /// What it is known to speak: names alone, or by name a path or an object.
    void readDialects()
    {
        const Value *const dialects = m_root.find("dialects");
        if (!dialects) { // what "compatible" has come to mean
            m_preset.dialects = {entry("chat"), entry("embeddings")};
            return;
        }
        m_reader.check("dialects", !dialects->items().empty() || !dialects->members().empty());
        for (const Value &name : dialects->items()) {
            m_preset.dialects.push_back(entry(name.text()));
        }
        for (const json::Member &member : dialects->members()) {
            DialectEntry &out = m_preset.dialects.emplace_back(entry(member.name));
            if (member.value.is(Value::Type::String)) {
                out.path = member.value.text();
                out.streamPath.clear();
            } else if (member.value.is(Value::Type::Object)) {
                readEntry({member.value, m_problem}, out);
                if (const Value *const key = member.value.find("key")) {
                    out.key = readKeyField({*key, m_problem});
                }
            } else {
                m_reader.check("dialects", false);
            }
            m_reader.check("dialects", out.path.starts_with('/'));
        }
    }

    DialectEntry entry(std::string_view name)
    {
        const auto dialect = base::dialectFromText(name);
        const bool known = dialect.has_value();
        m_reader.check("dialects",
                       known
                           && std::ranges::find(m_preset.dialects, *dialect, &DialectEntry::dialect)
                                  == m_preset.dialects.end());
        DialectEntry out = usualEntry(dialect.value_or(base::Dialect::Chat));
        out.key = m_everywhere.value_or(out.key);
        return out;
    }

    const Value &m_root;
    Reader m_reader;
    std::string &m_problem;
    std::optional<KeyField> m_everywhere; ///< the field the preset names for all its dialects
    Preset m_preset;
};

} // namespace

Result<Preset> parsePreset(std::string_view json)
{
    const auto document = json::parseDocument(json);
    if (!document || !document->root.is(Value::Type::Object)) {
        return base::fail(ErrorCode::Corrupt, "not a JSON object");
    }
    std::string problem;
    if (!document->duplicates.empty()) {
        problem = "\"" + document->duplicates.front().path + "\" stands there twice";
    }
    Preset preset = PresetReader(document->root, problem).read();
    if (!problem.empty()) {
        return base::fail(ErrorCode::Corrupt, problem);
    }
    return preset;
}

} // namespace signalbox::provider
