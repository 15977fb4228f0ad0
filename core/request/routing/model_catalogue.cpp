// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/model_catalogue.h"

#include <algorithm>
#include <charconv>

#include <QFile>

#include "core/foundation/base/log.h"
#include "core/foundation/base/wildcard.h"
#include "core/foundation/json/document.h"

// Q_INIT_RESOURCE has to stand outside of any namespace.
static void initialiseModelResources()
{
    Q_INIT_RESOURCE(signalbox_models);
}

namespace signalbox::routing {

namespace {
using json::Value;
using Type = Value::Type;

base::Result<void> bad(const Value &at, const std::string &what)
{
    return base::fail(base::ErrorCode::InvalidArgument, "line " + std::to_string(at.line) + ": " + what);
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return out;
}

/// Without the day it ends in: "-2026-01-31", "-20260131", "@20260131".
std::string_view withoutDay(std::string_view model)
{
    for (const std::string_view shape : {"-0000-00-00", "-00000000", "@00000000"}) {
        if (model.size() > shape.size()
            && std::ranges::equal(model.substr(model.size() - shape.size()), shape,
                                  [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; })) {
            return model.substr(0, model.size() - shape.size());
        }
    }
    return model;
}

std::optional<dialect::ContinueStyle> styleOf(std::string_view name)
{
    constexpr std::pair<std::string_view, dialect::ContinueStyle> kStyles[] = {
        {"plain", dialect::ContinueStyle::Plain},
        {"prefix", dialect::ContinueStyle::Prefix},
        {"partial", dialect::ContinueStyle::Partial},
        {"vllm", dialect::ContinueStyle::Vllm}};
    const auto found =
        std::ranges::find(kStyles, name, &std::pair<std::string_view, dialect::ContinueStyle>::first);
    return found == std::end(kStyles) ? std::nullopt : std::optional(found->second);
}
} // namespace

/// Reads a catalogue. Whatever is not written is unknown (numbers) or taken for granted (abilities).
///
///     {"date": "2026-11-20",
///      "models": {MODEL: facts},
///      "presets": {PRESET: {"continues": "plain" | "prefix" | "partial" | "vllm", "models": {MODEL:
///      facts}}}}
///     facts: {"context": tokens, "prompt": tokens, "output": tokens, "tools": false, "images": false,
///     "audio": false,
///             "jsonSchema": false, "thinksSilently": true, "continues": false}
class ModelCatalogueParser
{
public:
    static base::Result<ModelCatalogue> parse(std::string_view text)
    {
        const auto document = json::parseDocument(text);
        if (!document) {
            return base::fail(base::ErrorCode::InvalidArgument, "line "
                                                                    + std::to_string(document.error().line)
                                                                    + ": " + document.error().message);
        }
        ModelCatalogue into;
        if (auto read = readRoot(document->root, into); !read) {
            return std::unexpected(read.error());
        }
        return into;
    }

private:
    static base::Result<void> readRoot(const Value &root, ModelCatalogue &into)
    {
        const Value *const date = root.find("date");
        if (!date || date->text().size() != 10) {
            return bad(root, "it has no date");
        }
        into.m_date = date->text();
        for (const json::Member &member : root.members()) {
            base::Result<void> read;
            if (member.name == "models") {
                read = readModels(member.value, into.m_models[{}]);
            } else if (member.name == "presets") {
                read = readPresets(member.value, into);
            } else if (member.name != "date") {
                read = bad(member.value, "unknown member " + member.name);
            }
            if (!read) {
                return read;
            }
        }
        return {};
    }

    static base::Result<void> readPresets(const Value &presets, ModelCatalogue &into)
    {
        for (const json::Member &preset : presets.members()) {
            for (const json::Member &member : preset.value.members()) {
                const auto style = styleOf(member.value.text());
                if (member.name == "continues" && style) {
                    into.m_continues[preset.name] = *style;
                } else if (member.name == "models") {
                    if (auto read = readModels(member.value, into.m_models[preset.name]); !read) {
                        return read;
                    }
                } else {
                    return bad(member.value, preset.name + "." + member.name + " is not known");
                }
            }
        }
        return {};
    }

    static base::Result<void> readModels(const Value &models, ModelCatalogue::Models &into)
    {
        for (const json::Member &model : models.members()) {
            ModelCatalogue::Entry &entry = into[lower(model.name)];
            for (const json::Member &fact : model.value.members()) {
                if (!readNumber(fact, entry) && !readFlag(fact, entry)) {
                    return bad(fact.value,
                               model.name + "." + fact.name + " is not known, or not such a value");
                }
            }
        }
        return {};
    }

    static bool readNumber(const json::Member &fact, ModelCatalogue::Entry &into)
    {
        std::int64_t *const number = fact.name == "context"  ? &into.facts.contextTokens
                                     : fact.name == "prompt" ? &into.facts.maxPrompt
                                     : fact.name == "output" ? &into.facts.maxOutput
                                                             : nullptr;
        const std::string &text = fact.value.text();
        const char *const end = text.data() + text.size();
        return number && fact.value.is(Type::Number) && std::from_chars(text.data(), end, *number).ptr == end
               && *number > 0;
    }

    static bool readFlag(const json::Member &fact, ModelCatalogue::Entry &into)
    {
        bool *const flag = fact.name == "tools"            ? &into.facts.tools
                           : fact.name == "images"         ? &into.facts.images
                           : fact.name == "audio"          ? &into.facts.audio
                           : fact.name == "jsonSchema"     ? &into.facts.jsonSchema
                           : fact.name == "thinksSilently" ? &into.facts.thinksSilently
                           : fact.name == "continues"      ? &into.canContinue
                                                           : nullptr;
        if (!flag || !fact.value.is(Type::Bool)) {
            return false;
        }
        *flag = fact.value.toBool();
        return true;
    }
};

base::Result<ModelCatalogue> ModelCatalogue::fromJson(std::string_view json)
{
    return ModelCatalogueParser::parse(json);
}

ModelCatalogue ModelCatalogue::shipped()
{
    initialiseModelResources();
    QFile file(QStringLiteral(":/signalbox/models/models.json"));
    file.open(QIODevice::ReadOnly);
    const QByteArray bytes = file.readAll();
    auto catalogue = fromJson({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    if (!catalogue) {
        base::logWarning("models",
                         "the shipped model catalogue cannot be used: " + catalogue.error().message);
        return {};
    }
    return *std::move(catalogue);
}

const ModelCatalogue::Entry *ModelCatalogue::find(const Models &models, std::string_view model)
{
    const std::string name = lower(model);
    const std::string_view bare = std::string_view(name).substr(name.rfind('/') + 1);
    const Entry *best = nullptr;
    std::size_t bestSize = 0;
    for (const std::string_view candidate :
         {std::string_view(name), bare, withoutDay(name), withoutDay(bare)}) {
        if (const auto exact = models.find(candidate); exact != models.end()) {
            return &exact->second;
        }
    }
    for (const auto &[pattern, entry] : models) {
        if (pattern.size() > bestSize && pattern.find('*') != std::string::npos
            && (base::matchesWildcard(pattern, name) || base::matchesWildcard(pattern, bare))) {
            best = &entry;
            bestSize = pattern.size();
        }
    }
    return best;
}

ModelFacts ModelCatalogue::factsFor(std::string_view preset, std::string_view model,
                                    const config::ModelTraits &override, bool local) const
{
    const Entry *entry = nullptr;
    for (const std::string_view table : {preset, std::string_view()}) {
        const auto models = m_models.find(table);
        if (!entry && models != m_models.end()) {
            entry = find(models->second, model);
        }
    }
    ModelFacts facts = entry ? entry->facts : ModelFacts{};
    const auto style = m_continues.find(preset);
    if (style != m_continues.end() && (!entry || entry->canContinue)) {
        facts.continues = style->second;
    }
    facts.thinksSilently = facts.thinksSilently && !local;
    if (override.contextTokens > 0) {
        facts.contextTokens = override.contextTokens;
        facts.maxPrompt = 0;
    }
    facts.tools = override.tools.value_or(facts.tools);
    facts.images = override.images.value_or(facts.images);
    facts.jsonSchema = override.jsonSchema.value_or(facts.jsonSchema);
    return facts;
}

base::Duration firstTokenLimit(const config::StepConfig &step, const ModelFacts &model, bool local)
{
    if (step.firstToken > config::Ms::zero()) {
        return step.firstToken;
    }
    return std::chrono::seconds(model.thinksSilently ? 180 : local ? 60 : 20);
}

} // namespace signalbox::routing
